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

for (const version of VERSIONS) {
  Deno.test(`scripts work with Dagster ${version} as with the newest one`, async () => {
    await installEnvironment(`dagster-${version}`);
    const output = await new Deno.Command(Deno.execPath(), {
      args: ["test", "-A", "--parallel", `${REPO_ROOT}/tests/dagster/real_dagster_test.ts`],
      cwd: REPO_ROOT,
      env: { DAGSTERPIPES_DAGSTER_VERSION: version, NO_COLOR: "1" },
      stdin: "null",
    }).output();
    const text = new TextDecoder().decode(output.stdout);
    assert(output.success, text.slice(-5000));
    // Not some other version that was found.
    assert(text.includes(`real Dagster ${version}: deno `), text.slice(-5000));
  });
}
