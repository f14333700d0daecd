/**
 * A copy of what is published, with the stand-ins outside of it, where `deno publish` lets them be.
 *
 * @module
 */
import { ensureDirSync, existsSync } from "@std/fs";
import { REPO_ROOT } from "../kit/places.ts";

/** Copies a file or a whole folder, and makes the folders above it. */
export function copyTree(from: string, to: string): void {
  if (!Deno.statSync(from).isDirectory) {
    ensureDirSync(to.slice(0, to.lastIndexOf("/")));
    Deno.copyFileSync(from, to);
    return;
  }
  Deno.mkdirSync(to, { recursive: true });
  for (const { name } of Deno.readDirSync(from)) {
    copyTree(`${from}/${name}`, `${to}/${name}`);
  }
}

/**
 * Makes the copy.
 *
 * @returns The temporary folder that it is in; the caller removes it.
 */
export async function copyForPublish(): Promise<string> {
  const config = JSON.parse(await Deno.readTextFile(`${REPO_ROOT}/deno.json`));
  const dir = await Deno.makeTempDir();
  for (const name of config.publish.include) {
    const from = `${REPO_ROOT}/${name}`;
    if (existsSync(from)) copyTree(from, `${dir}/${name}`);
  }
  config.links = (config.links ?? []).map((link: string) => `${REPO_ROOT}/${link}`);
  await Deno.writeTextFile(`${dir}/deno.json`, JSON.stringify(config));
  return dir;
}
