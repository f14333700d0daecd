import { assertEquals, assertMatch } from "@std/assert";
import { ProjectCopy } from "../dagster_project/copy.ts";

const COMPONENT = "orders.components.typescript_component.TypeScriptComponent";

/** Runs `dg`, which has to end well, and gives back all that it printed. */
async function dg(copy: ProjectCopy, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await copy.run(["dg", ...args]);
  assertEquals(code, 0, stdout + stderr);
  return stdout + stderr;
}

Deno.test("dg scaffolds, checks, lists, launches and cancels what the component defines", async (t) => {
  using copy = await ProjectCopy.installed();

  await t.step("scaffold defs says in its help what the runtime may be", async () => {
    const help = await dg(copy, "scaffold", "defs", COMPONENT, "--help");
    assertMatch(help, /--runtime deno\|bun\|node\|bash/);
  });

  await t.step("scaffold defs writes defs.yaml and a script beside it", async () => {
    await dg(copy, "scaffold", "defs", COMPONENT, "hello", "--runtime", "bun");
    assertEquals(
      copy.read("src/orders/defs/hello/defs.yaml"),
      `type: ${COMPONENT}

attributes:
  execution:
    path: hello.ts
    runtime: bun
  assets:
    - key: hello
      kinds:
        - typescript
        - bun
`,
    );
    assertMatch(copy.read("src/orders/defs/hello/hello.ts"), /await withDagsterPipes\(\(pipes\)/);
  });

  await t.step("check defs finds nothing to say", async () => {
    assertMatch(await dg(copy, "check", "defs"), /All definitions loaded successfully/);
  });

  await t.step("list defs has every asset and check", async () => {
    const { stdout } = await copy.run(["dg", "list", "defs", "--json"]);
    const { assets, asset_checks } = JSON.parse(stdout);
    assertEquals(assets.map((asset: { asset_key: string }) => asset.asset_key).sort(), [
      "archive",
      "best/customers",
      "best/products",
      "daily_revenue",
      "forecast",
      "hello",
      "orders",
      "payments",
      "refunds",
    ]);
    assertEquals(asset_checks.map(({ key }: { key: string }) => key).sort(), [
      "archive:unpacks",
      "forecast:enough_days",
      "forecast:fits",
      "orders:not_empty",
    ]);
  });

  await t.step("launch materializes", async () => {
    const log = await dg(copy, "launch", "--assets", "orders,hello");
    assertMatch(log, /ASSET_MATERIALIZATION - Materialized value hello/);
    assertMatch(log, /Asset check 'not_empty' on 'orders' passed/);
    assertMatch(log, /RUN_SUCCESS/);
  });
  copy.addDefs("cancelled");

  async function logOfCancel(asset: string, when: string): Promise<string> {
    const child = new Deno.Command("dg", {
      args: ["launch", "--assets", `${asset},after_${asset}`],
      cwd: copy.path,
      env: copy.env,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    let log = "";
    let isCancelled = false;
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
      log += text;
      if (isCancelled || !log.includes(when)) continue;
      isCancelled = true;
      child.kill("SIGINT");
    }
    assertEquals((await child.status).success, false);
    return log;
  }

  await t.step(
    "a cancel while Dagster waits lets the script clean up, and what it reported is kept",
    async () => {
      const log = await logOfCancel("small", "waiting for a cancel");
      assertMatch(log, /Materialized value small/);
      assertMatch(log, /cleaned up[^]*Interrupted: the process got SIGINT/);
    },
  );

  await t.step("a cancel while Dagster stores a result does the same", async () => {
    const log = await logOfCancel("large", 'Yielded output "large"');
    assertMatch(log, /Materialized value large/);
    // Dagster gives the step up, and the script is ended all the same.
    assertMatch(log, /cleaned up[^]*Interrupted: the process got SIGINT/);
  });
});

Deno.test("the component and its reader work in another project that they are copied into", async () => {
  using copy = await ProjectCopy.installed();
  const parts = ["typescript_component.py", "whole_line_reader.py"]
    .map((name) => [name, copy.read(`src/orders/components/${name}`)]);
  const definitions = copy.read("src/orders/definitions.py");
  copy.write("pyproject.toml", copy.read("pyproject.toml").replaceAll("orders", "shop"));
  Deno.removeSync(`${copy.path}/src/orders`, { recursive: true });
  for (const [name, text] of parts) copy.write(`src/shop/components/${name}`, text);
  for (const folder of ["", "components/", "defs/"]) {
    copy.write(`src/shop/${folder}__init__.py`, "");
  }
  copy.write("src/shop/definitions.py", definitions);
  await dg(copy, "scaffold", "defs", COMPONENT.replace("orders", "shop"), "hello");
  assertMatch(await dg(copy, "launch", "--assets", "hello"), /Materialized value hello/);
});
