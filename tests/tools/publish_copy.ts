/**
 * A copy of what is published on JSR.
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

/** The files below a folder, in order, as paths in it. */
export function filesBelow(folder: string, ignored: readonly string[] = []): string[] {
  function* below(path: string): Generator<string> {
    for (const { name, isDirectory } of Deno.readDirSync(`${folder}/${path}`)) {
      if (!isDirectory) yield path + name;
      else if (!ignored.includes(name)) yield* below(`${path}${name}/`);
    }
  }
  return [...below("")].sort();
}

/**
 * Makes the copy.
 *
 * @param to The folder that it is made in.
 * @param linkRoot Where the stand-ins are, for a check without JSR. They must lie outside of the
 * copy, where `deno publish` lets them be. Default: the copy is without them.
 */
export function copyForPublish(to: string, linkRoot?: string): void {
  const { links, ...config } = JSON.parse(Deno.readTextFileSync(`${REPO_ROOT}/deno.json`));
  for (const name of config.publish.include) {
    const from = `${REPO_ROOT}/${name}`;
    if (existsSync(from)) copyTree(from, `${to}/${name}`);
  }
  if (linkRoot !== undefined) config.links = links.map((link: string) => `${linkRoot}/${link}`);
  Deno.writeTextFileSync(`${to}/deno.json`, `${JSON.stringify(config, null, 2)}\n`);
}
