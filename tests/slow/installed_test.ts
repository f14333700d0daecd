/**
 * What CI runs on Windows and macOS too.
 *
 * @module
 */
import { assertMatch } from "@std/assert";
import { dirname } from "node:path";
import { runWell } from "../kit/command.ts";
import { runtimeBinary } from "../kit/installed.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { buildAndLink, installRuntime } from "../tools/install.ts";

Deno.test("Node and Bun run scripts and the launcher from the installed npm package", async () => {
  await installRuntime("node26");
  await buildAndLink();
  const env = { PATH: `${dirname(runtimeBinary("node26"))}:${Deno.env.get("PATH")}` };
  const printed = await runWell([`${REPO_ROOT}/.ci/installed`], { env });
  assertMatch(printed, /Node and Bun run scripts and the launcher as they should\.\n$/);
});
