/**
 * Bundles the package for `dist/npm`.
 *
 * @module
 */
import { type GetModuleInfo, type Plugin, rollup } from "npm:rollup@4";
import { REPO_ROOT } from "../kit/places.ts";
import { compile, resolveModule, withoutComments } from "./emit.ts";
import { readConfig } from "./package_config.ts";

/**
 * What every session loads, first the one and later the other, and what the launcher loads besides.
 * All that comes with each is one file, whoever else needs a part of it: each file costs a start
 * about a millisecond.
 */
const EVER_LOADED = ["mod.ts", "src/session/start.ts", "src/launcher/supervision.ts"];

/** The names of modules begin with it, so that nothing depends on where the repository is. */
const ROOT = "/";

/**
 * Bun takes a file that begins so as it is, in place of compiling it at each start. It reads the file
 * as Latin-1, so the file must be ASCII.
 */
const FOR_BUN = "// @bun";

/** Packages that npm does not have, and the module that is bundled instead. */
const SUBSTITUTES: Readonly<Record<string, string>> = {
  "@std/encoding/base64": "tests/tools/base64.ts",
};

/**
 * Bundles the package.
 *
 * @param entries The modules that users import, as paths in the repository.
 * @param commands Those of them that are commands.
 * @returns The files, by their paths in the package. Each is named by the module that it is made
 * for, so that whoever reads a stack trace knows where it leads.
 */
export async function bundle(
  entries: readonly string[],
  commands: readonly string[],
): Promise<Map<string, string>> {
  const build = await rollup({
    input: [...entries],
    plugins: [sourcePlugin],
    // The file of an entry may export more, for the others: one that only passes on costs a start
    // up to a millisecond.
    preserveEntrySignatures: "allow-extension",
    treeshake: { moduleSideEffects: false },
    onwarn: ({ message }) => {
      throw new Error(`Cannot bundle: ${message}`);
    },
  });
  const { output } = await build.generate({
    dir: ROOT,
    sourcemap: true,
    hoistTransitiveImports: false,
    minifyInternalExports: false,
    manualChunks: (id, { getModuleInfo }) =>
      EVER_LOADED.find((path) => loadedWith(ROOT + path, getModuleInfo).has(id)),
    entryFileNames: ({ facadeModuleId }) => fileOf(facadeModuleId),
    chunkFileNames: ({ facadeModuleId, moduleIds }) => fileOf(facadeModuleId ?? moduleIds.at(-1)),
    banner: ({ facadeModuleId }) =>
      commands.some((path) => ROOT + path === facadeModuleId)
        ? `#!/usr/bin/env node\n${FOR_BUN}`
        : FOR_BUN,
  });
  await build.close();
  return new Map(
    output.map((file) => [
      file.fileName,
      inAscii(file.type === "chunk" ? file.code : String(file.source)),
    ]),
  );
}

/** Escapes what is not ASCII: in code it only stands in strings, where the escape means the same. */
function inAscii(text: string): string {
  return text.replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The file that is made for a module. */
function fileOf(id: string | null | undefined): string {
  if (typeof id !== "string") throw new Error("Cannot tell what a file of the bundle is made for");
  return `${id.slice(ROOT.length).replace(/\.ts$/, "")}.js`;
}

/** A module, and all that is loaded before it runs. */
function loadedWith(entry: string, getModuleInfo: GetModuleInfo): Set<string> {
  const loaded = new Set([entry]);
  for (const id of loaded) {
    for (const imported of getModuleInfo(id)?.importedIds ?? []) loaded.add(imported);
  }
  return loaded;
}

/** Hands out the modules of the repository as JavaScript, and each one of a package as a whole. */
const sourcePlugin: Plugin = {
  name: "source",
  resolveId(specifier, importer = ROOT) {
    if (specifier.startsWith("node:")) return { id: specifier, external: true };
    const isInPackage = specifier.startsWith(".");
    if (isInPackage) return ROOT + resolveModule(importer.slice(ROOT.length), specifier);
    return ROOT + (SUBSTITUTES[specifier] ?? specifier);
  },
  load(id) {
    const path = id.slice(ROOT.length);
    if (!path.endsWith(".ts")) return packageModule(path);
    return compile(path);
  },
};

/** A module of a package and all that it needs, as one. */
async function packageModule(specifier: string): Promise<string> {
  const [name, ...rest] = specifier.split(/(?<!^@[^/]*)\//);
  const target = [readConfig().imports[name ?? ""], ...rest].join("/");
  const output = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--platform=deno", target],
    cwd: REPO_ROOT,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  if (!output.success) {
    throw new Error(`Cannot bundle "${specifier}": ${decoder.decode(output.stderr)}`);
  }
  // They say where the modules lie on this machine.
  return withoutComments(decoder.decode(output.stdout));
}
