/**
 * Bundles the package for `dist/npm`: a set of files for Node, and for Deno where it takes the
 * package from npm, and a set for Bun.
 *
 * @module
 */
import { existsSync } from "@std/fs";
import { reachable, readModule, resolveModule } from "./emit.ts";
import { copyForPublish, copyTree } from "./publish_copy.ts";

/** The adapters, as `src/runtime/current.ts` asks for them. */
const ADAPTERS = "denoRuntime() ?? bunRuntime() ?? nodeRuntime()";

/**
 * A copy of the source in which whatever is imported later, and every entry point, imports `mod.ts`
 * first. A bundler makes a chunk of its own for each set of entry points that share modules, and
 * each chunk is a file to load: so there is one, of all that `mod.ts` loads.
 *
 * For Bun it has Bun's adapter alone: the others, and what only they need, are a sixth of that
 * chunk.
 */
async function sourceForBundle(entries: readonly string[], isForBun: boolean): Promise<string> {
  const dir = await copyForPublish();
  const modules = reachable(entries, readModule);
  const later = new Set(entries.filter((path) => path !== "mod.ts"));
  let hasAdapters = false;
  for (const [path, text] of modules) {
    for (const [, specifier = ""] of text.matchAll(/\bimport\("(\.[^"]+)"\)/g)) {
      later.add(resolveModule(path, specifier));
    }
    if (isForBun && text.includes(ADAPTERS)) {
      hasAdapters = true;
      const own = text.replace(ADAPTERS, "bunRuntime()");
      Deno.writeTextFileSync(`${dir}/${path}`, own);
    }
  }
  if (isForBun && !hasAdapters) {
    throw new Error(`Cannot find where the source says "${ADAPTERS}"`);
  }
  for (const path of later) {
    const up = "../".repeat(path.split("/").length - 1);
    // On the first line, so that the source maps tell the true ones.
    const text = `import "${up}mod.ts"; ${modules.get(path)}`;
    Deno.writeTextFileSync(`${dir}/${path}`, text);
  }
  return dir;
}

/** Bundles the package into a folder, for Bun or for the others. */
export async function bundle(
  entries: readonly string[],
  to: string,
  isForBun: boolean,
): Promise<void> {
  const dir = await sourceForBundle(entries, isForBun);
  // Beside the source, so that neither names nor maps depend on where this is done.
  const out = `${dir}/out`;
  try {
    const output = await new Deno.Command(Deno.execPath(), {
      args: [
        "bundle",
        "--quiet",
        "--platform=deno",
        "--code-splitting",
        ...(isForBun ? ["--sourcemap=linked"] : []),
        `--outdir=${out}`,
        ...entries,
      ],
      cwd: dir,
      stdin: "null",
    }).output();
    if (!output.success) {
      throw new Error(`Cannot bundle: ${new TextDecoder().decode(output.stderr)}`);
    }
    copyTree(out, to);
    if (isForBun) {
      for (const path of filesBelow(to)) {
        if (path.endsWith(".js")) markForBun(path);
      }
    }
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
}

/** The chunk that `mod.js` does nothing but pass on. */
export function coreOf(dir: string): string {
  const text = Deno.readTextFileSync(`${dir}/mod.js`);
  const [, core] = /^\} from "\.\/([\w-]+\.js)";$/m.exec(text) ?? [];
  if (core !== undefined) return core;
  throw new Error(`Cannot tell what "${dir}/mod.js" passes on`);
}

function* filesBelow(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) yield* filesBelow(path);
    else yield path;
  }
}

/**
 * Says that a file is JavaScript already, so that Bun takes it as it is, in place of compiling it
 * at each start. It then wants a source map to show where an error comes from.
 */
function markForBun(path: string): void {
  Deno.writeTextFileSync(path, `// @bun\n${Deno.readTextFileSync(path)}`);
  if (!existsSync(`${path}.map`)) return;
  const map = JSON.parse(Deno.readTextFileSync(`${path}.map`));
  Deno.writeTextFileSync(
    `${path}.map`,
    JSON.stringify({
      ...map,
      mappings: `;${map.mappings}`,
      // The source lay one folder above; what is not of it is told by its name.
      sources: map.sources.map((source: string) =>
        /^(\.\.\/)*src\//.test(source)
          ? source.replace("../", "")
          : source.slice(source.lastIndexOf("/") + 1)
      ),
    }),
  );
}
