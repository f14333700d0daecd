/**
 * The tests that run on each runtime, on the older releases of Node that the package supports.
 *
 * @module
 */
import { assert } from "@std/assert";
import { REPO_ROOT } from "../kit/places.ts";
import { setUp } from "../tools/install.ts";

/** Where tests run on each runtime. */
const PATHS: readonly string[] = [
  "tests/contract",
  "tests/packaging/missing_parts_test.ts",
  "tests/packaging/two_copies_test.ts",
  "tests/runner/run_pipes_session_test.ts",
  "tests/runtimes",
  "tests/testing/runtimes_test.ts",
];

Deno.test("what holds on the newest Node holds on older ones", async () => {
  await setUp();
  const output = await new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--parallel", ...PATHS],
    cwd: REPO_ROOT,
    env: { DAGSTERPIPES_RUNTIMES: "node22,node24", NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const text = new TextDecoder().decode(output.stdout);
  const failed = text.split("\n ERRORS \n")[1] ?? text.slice(-5000);
  assert(output.success, failed);
  for (const name of ["node22: ", "node24: "]) assert(text.includes(name), name);
});
