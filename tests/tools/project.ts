/**
 * Starts `dg dev` for a copy of the example project, with this repository's package: `deno task
 * project`. The copy goes when it ends.
 *
 * @module
 */
import { ProjectCopy } from "../dagster_project/copy.ts";
import { buildAndLink, installEnvironment, installRuntime } from "./install.ts";

if (import.meta.main) {
  await installRuntime("bun");
  await installRuntime("node26");
  await installEnvironment("dg");
  await buildAndLink();
  using copy = await ProjectCopy.installed();
  console.log(`A copy of examples/dagster_project is in ${copy.path}`);
  const child = new Deno.Command("dg", {
    args: ["dev", ...Deno.args],
    cwd: copy.path,
    env: copy.env,
  }).spawn();
  // It gets the same Ctrl-C, and ends by itself.
  Deno.addSignalListener("SIGINT", () => {});
  await child.status;
  Deno.exitCode = 0;
}
