/**
 * Compares the table of Dagster's own clients with Dagster.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { runWell } from "../kit/command.ts";
import { storesPython } from "../kit/installed.ts";
import { installStores } from "../tools/install.ts";
import { page } from "./pages.ts";

const PROGRAM = `
import inspect, json, re
from unittest.mock import MagicMock

import dagster as dg
from dagster_aws import pipes as aws
from dagster_databricks import pipes as databricks
from dagster_docker import PipesDockerClient
from dagster_k8s import PipesK8sClient

clients = [dg.PipesSubprocessClient(), PipesDockerClient(), PipesK8sClient()]
for name in ("ECS", "EMRServerless", "EMRContainers", "Lambda"):
    clients.append(getattr(aws, f"Pipes{name}Client")(client=MagicMock()))

def part(client, name):
    return type(getattr(client, name, None) or getattr(client, "_" + name)).__name__

rows = [[type(c).__name__, part(c, "context_injector"), part(c, "message_reader")] for c in clients]

# These create theirs when they run.
KINDS = ("ContextInjector", "MessageReader")
for name in ("PipesDatabricksClient", "PipesDatabricksServerlessClient"):
    source = inspect.getsource(getattr(databricks, name))
    parts = [re.search(rf"(Pipes\\w+{kind})\\(", source)[1] for kind in KINDS]
    rows.append([name, *parts])
print(json.dumps(rows))
`;

Deno.test("Dagster's clients have the injectors and readers of the page on where scripts run", async () => {
  await installStores();
  const rows = [
    ...page("docs/where.md").text.matchAll(/^\|[^|]+\| `(\w+)` +\| `(\w+)` +\| `(\w+)` +\|$/gm),
  ]
    .map(([, ...names]) => names);
  const env = { AWS_DEFAULT_REGION: "us-east-1", PYTHONWARNINGS: "ignore" };
  const printed = await runWell([storesPython(), "-c", PROGRAM], { env });
  assertEquals(rows, JSON.parse(printed));
});
