/**
 * The suite of the newest Dagster against older ones: the least that is supported, and one of a year
 * later.
 *
 * @module
 */
import { assert } from "@std/assert";
import { REPO_ROOT } from "../kit/places.ts";
import { installEnvironment } from "../tools/install.ts";

const VERSIONS = ["1.11.0", "1.12.0"];

/** What is tested with each of them, and a line that shows which version it met. */
const SUITES: Readonly<Record<string, string>> = {
  "scripts work": "tests/dagster/real_dagster_test.ts",
  "the component of the example project works": "tests/dagster_project/runs_test.ts",
};

for (const version of VERSIONS) {
  for (const [what, path] of Object.entries(SUITES)) {
    Deno.test(`${what} with Dagster ${version} as with the newest one`, async () => {
      await installEnvironment(`dagster-${version}`);
      const output = await new Deno.Command(Deno.execPath(), {
        args: ["test", "-A", "--parallel", `${REPO_ROOT}/${path}`],
        cwd: REPO_ROOT,
        env: { DAGSTERPIPES_DAGSTER_VERSION: version, NO_COLOR: "1" },
        stdin: "null",
      }).output();
      const text = new TextDecoder().decode(output.stdout);
      assert(output.success, text.slice(-5000));
      // Not some other version that was found.
      assert(text.includes(`real Dagster ${version}: `), text.slice(-5000));
    });
  }
}
