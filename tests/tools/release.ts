/**
 * Makes what is published, in `dist/release`: the tarball for npm, and the folder for JSR with a
 * lock file. So the jobs that may publish run nothing of this repository.
 *
 * @module
 */
import { ensureDirSync, existsSync } from "@std/fs";
import { REPO_ROOT } from "../kit/places.ts";
import { buildNpm } from "./build_npm.ts";
import { lockForPublish } from "./jsr_lock.ts";
import { copyForPublish } from "./publish_copy.ts";

/** Makes it in a folder. */
export async function makeRelease(to: string): Promise<void> {
  if (existsSync(to)) Deno.removeSync(to, { recursive: true });
  for (const name of ["npm", "jsr"]) ensureDirSync(`${to}/${name}`);
  copyForPublish(`${to}/jsr`);
  const lock = Deno.readTextFileSync(`${REPO_ROOT}/deno.lock`);
  Deno.writeTextFileSync(`${to}/jsr/deno.lock`, lockForPublish(lock));
  await buildNpm();
  const { success, stderr } = await new Deno.Command("npm", {
    args: ["pack", "--loglevel=error", "--pack-destination", `${to}/npm`, `${REPO_ROOT}/dist/npm`],
    stdin: "null",
  }).output();
  if (!success) throw new Error(`Cannot pack: ${new TextDecoder().decode(stderr)}`);
}

if (import.meta.main) await makeRelease(`${REPO_ROOT}/dist/release`);
