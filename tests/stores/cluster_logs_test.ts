import { assertEquals } from "@std/assert";
import { PipesDbfsMessageWriter } from "@dagsterpipes/pipes/databricks";
import { clusterLogExtras } from "../../src/stores/cluster_logs.ts";
import { storesPython } from "../kit/installed.ts";
import { runWell } from "../kit/command.ts";
import { TempFolder } from "../kit/temp_folder.ts";
import { installStores } from "../tools/install.ts";

const SETTINGS: Readonly<Record<string, string>> = {
  clusterId: "0523-113117-1f8u0192",
  clusterLogDeliveryEnabled: "true",
  clusterLogDestination: "dbfs:/cluster-logs",
};

function extrasOf(settings: Readonly<Record<string, string>>): Record<string, string> {
  using folder = new TempFolder();
  const lines = Object.entries(settings).map(([name, value]) =>
    `  spark.databricks.clusterUsageTags.${name} = "${value}"\n`
  );
  folder.write("deploy.conf", `all-projects {\n  other.setting = "1"\n${lines.join("")}}\n`);
  return clusterLogExtras(`${folder.path}/deploy.conf`);
}

/** What Python's own writer sends with a Spark session that has the settings. */
const PYTHONS = `
import json, sys, types
settings = json.loads(sys.argv[1])
class SparkSession:
    conf = types.SimpleNamespace(get=lambda name: settings[name.removeprefix("spark.databricks.clusterUsageTags.")])
    getActiveSession = classmethod(lambda cls: cls)
for name, members in {"py4j": {}, "py4j.protocol": {"Py4JJavaError": ValueError}, "pyspark": {}, "pyspark.sql": {"SparkSession": SparkSession}}.items():
    sys.modules[name] = types.ModuleType(name)
    vars(sys.modules[name]).update(members)
from dagster_pipes import PipesDbfsMessageWriter
print(json.dumps(PipesDbfsMessageWriter().get_opened_extras()))
`;

Deno.test("the opened message of DBFS says where the logs of the cluster are, as Python's does", async () => {
  await installStores();
  const pythons = await runWell([storesPython(), "-c", PYTHONS, JSON.stringify(SETTINGS)]);
  assertEquals(extrasOf(SETTINGS), JSON.parse(pythons));
  assertEquals(extrasOf(SETTINGS), {
    cluster_driver_log_root: "dbfs:/cluster-logs/0523-113117-1f8u0192/driver",
  });
});

Deno.test("where logs are not delivered, or it is not known, nothing is said of them", () => {
  assertEquals(extrasOf({ ...SETTINGS, clusterLogDeliveryEnabled: "false" }), {});
  for (const name of Object.keys(SETTINGS)) {
    const { [name]: _, ...others } = SETTINGS;
    assertEquals(extrasOf(others), {});
  }
  assertEquals(clusterLogExtras("/nowhere/deploy.conf"), {});
  assertEquals(new PipesDbfsMessageWriter().getOpenedExtras(), {});
});
