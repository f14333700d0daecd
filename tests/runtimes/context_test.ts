import { assertEquals, assertMatch } from "@std/assert";
import { CONTEXT_ROWS, EXTRA_ROWS, type Throws } from "./context_rows.ts";
import { RUNTIMES } from "../kit/installed.ts";
import { launchWell } from "../kit/launch.ts";
import { TempFolder } from "../kit/temp_folder.ts";

for (const runtime of RUNTIMES) {
  Deno.test(`${runtime}: each getter gives what the step has, or throws with the name to use`, async (t) => {
    const rows = [...CONTEXT_ROWS, ...EXTRA_ROWS];
    using folder = new TempFolder();
    const cases = rows.map(({ name, context, extra }) => ({
      name,
      context: typeof context === "string" ? context : JSON.stringify(context),
      extra: extra ?? null,
    }));
    folder.write("cases", cases);
    const outcome = await launchWell(runtime, "getters.ts", { args: [`${folder.path}/cases`] });
    const found = JSON.parse(outcome.stdout) as Record<string, Record<string, unknown>>;
    for (const { name, expected } of rows) {
      await t.step(name, () => {
        for (const [getter, value] of Object.entries(expected)) {
          check(found[name]?.[getter], value, getter);
        }
      });
    }
  });
}

function check(found: unknown, expected: unknown, getter: string): void {
  if (!isThrows(expected)) return assertEquals(found, expected, getter);
  const { thrown, message } = found as { thrown?: unknown; message?: unknown };
  assertEquals(thrown, "DagsterPipesError", getter);
  assertMatch(String(message), new RegExp(expected.throws), getter);
}

function isThrows(value: unknown): value is Throws {
  return typeof value === "object" && value !== null && "throws" in value;
}
