import { assertEquals } from "@std/assert";
import { plain } from "../held.ts";
import { TempFolder } from "../../kit/temp_folder.ts";
import { scenario } from "../suite.ts";
import { assertClean } from "./reports.ts";

scenario(
  "the getting-started job holds a threshold of 1.0 as a float, and the log after it",
  async (dagster) => {
    using folder = new TempFolder();
    const output = `${folder.path}/output.csv`;
    const run = await dagster.one({
      program: "getting_started.ts",
      extras: `{"threshold": 1.0, "output_path": ${JSON.stringify(output)}}`,
      assets: [{ key: ["report"], checks: ["not_empty"] }],
    });
    assertClean(run);
    const [materialization] = run.materializations;
    assertEquals(materialization?.metadata.threshold?.repr, "FloatMetadataValue(value=1.0)");
    assertEquals(materialization?.metadata.row_count?.repr, "IntMetadataValue(value=2)");
    assertEquals(materialization?.metadata.output?.repr, `PathMetadataValue(fspath='${output}')`);
    assertEquals(run.logs.at(-1), { level: "INFO", message: "Kept 2 rows over 1" });
    assertEquals(
      run.checks.map(({ checkName, passed }) => [checkName, passed]),
      [["not_empty", true]],
    );
    assertEquals(run.attempts[0]?.custom.map(plain), [{ kept: ["saw", "drill"] }]);
    assertEquals(folder.read("output.csv"), "item,price\nsaw,19\ndrill,80.25\n");
  },
);
