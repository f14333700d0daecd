/**
 * Writes `dist/npm`, the package that users of Bun and Node install from npm: plain JavaScript for
 * Node 22 and later with its dependencies bundled in, and declarations that need nothing else.
 *
 * Entry points share their modules as chunks, so that there is one `DagsterPipesError` and one open
 * session, whichever of them a program imports. What the source imports dynamically stays apart.
 *
 * @module
 */
import { ensureDirSync, existsSync } from "@std/fs";
import { encodeHex } from "@std/encoding/hex";
import {
  declarationsOf,
  reachable,
  readModule,
  resolveModule,
} from "./emit.ts";
import { copyForPublish, copyTree } from "./publish_copy.ts";
import { REPO_ROOT } from "./setup.ts";

/** What the build reads in `deno.json`. */
export interface PackageConfig {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly imports: Readonly<Record<string, string>>;
}

/** `deno.json` of the repository. */
export function readConfig(): PackageConfig {
  return JSON.parse(Deno.readTextFileSync(`${REPO_ROOT}/deno.json`));
}

/** The modules behind the exports, as paths in the repository. */
export function entriesOf(config: PackageConfig): string[] {
  return Object.values(config.exports)
    .map((path) => path.replace(/^\.\//, ""));
}

const DIST = `${REPO_ROOT}/dist/npm`;
const STAMP = `${REPO_ROOT}/dist/npm.stamp`;

/** What the source imports so that no tool sees it, from a module of the same folder. */
const HIDDEN = "src/protocol/context_schema.ts";
const TEXTS = ["README.md", "CHANGELOG.md", "LICENSE"];
const INPUTS = [
  ...TEXTS,
  "deno.json",
  "deno.lock",
  "tests/tools/build_npm.ts",
  "tests/tools/emit.ts",
];

/** A digest of all that the build depends on, this program included. */
async function fingerprint(entries: readonly string[]): Promise<string> {
  const parts = [Deno.version.deno, Deno.env.get("GITHUB_REPOSITORY") ?? ""];
  for (const [path, text] of reachable([...entries, HIDDEN], readModule)) {
    parts.push(path, text);
  }
  for (const path of INPUTS) {
    const file = `${REPO_ROOT}/${path}`;
    if (existsSync(file)) parts.push(path, Deno.readTextFileSync(file));
  }
  const bytes = new TextEncoder().encode(JSON.stringify(parts));
  return encodeHex(await crypto.subtle.digest("SHA-256", bytes));
}

/**
 * A copy of the source in which whatever is imported later, and every entry point, imports `mod.ts` first. A bundler makes
 * a chunk of its own for each set of entry points that share modules, and each chunk is a file to load: so there is one, of
 * all that `mod.ts` loads.
 */
async function sourceForBundle(entries: readonly string[]): Promise<string> {
  const dir = await copyForPublish();
  const modules = reachable(entries, readModule);
  const later = new Set(entries.filter((path) => path !== "mod.ts"));
  for (const [path, text] of modules) {
    for (
      const [, specifier = ""] of text.matchAll(/\bimport\("(\.[^"]+)"\)/g)
    ) {
      later.add(resolveModule(path, specifier));
    }
  }
  for (const path of later) {
    const up = "../".repeat(path.split("/").length - 1);
    // On the first line, so that the source maps tell the true ones.
    const text = `import "${up}mod.ts"; ${modules.get(path)}`;
    Deno.writeTextFileSync(`${dir}/${path}`, text);
  }
  return dir;
}

async function bundle(entries: readonly string[], to: string): Promise<void> {
  const dir = await sourceForBundle(entries);
  // Beside the source, so that neither names nor maps depend on where this is done.
  const out = `${dir}/out`;
  try {
    const output = await new Deno.Command(Deno.execPath(), {
      args: [
        "bundle",
        "--quiet",
        "--platform=deno",
        "--code-splitting",
        "--sourcemap=linked",
        `--outdir=${out}`,
        ...entries,
      ],
      cwd: dir,
      stdin: "null",
    }).output();
    if (!output.success) {
      throw new Error(
        `Cannot bundle: ${new TextDecoder().decode(output.stderr)}`,
      );
    }
    copyTree(out, to);
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
}

/** The repository's address, which npm wants for provenance; known where the package is published. */
function repository(): Record<string, unknown> {
  const name = Deno.env.get("GITHUB_REPOSITORY");
  const server = Deno.env.get("GITHUB_SERVER_URL");
  if (!name || !server) return {};
  return { repository: { type: "git", url: `git+${server}/${name}.git` } };
}

function manifest(config: PackageConfig): Record<string, unknown> {
  const exports: Record<string, unknown> = {};
  for (const [name, path] of Object.entries(config.exports)) {
    exports[name] = {
      types: path.replace(/\.ts$/, ".d.ts"),
      default: path.replace(/\.ts$/, ".js"),
    };
  }
  return {
    name: config.name,
    version: config.version,
    description: "Dagster Pipes for TypeScript on Deno, Bun and Node",
    keywords: ["dagster", "dagster-pipes", "data", "deno", "bun", "node"],
    license: config.license,
    ...repository(),
    type: "module",
    exports: { ...exports, "./package.json": "./package.json" },
    engines: { node: ">=22" },
    sideEffects: false,
  };
}

function writeFile(path: string, text: string): void {
  ensureDirSync(path.slice(0, path.lastIndexOf("/")));
  Deno.writeTextFileSync(path, text);
}

function* filesBelow(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) yield* filesBelow(path);
    else yield path;
  }
}

/**
 * Says that a file is JavaScript already, so that Bun takes it as it is, in place of compiling it at each start. It then
 * wants a source map to show where an error comes from.
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
      // The source lay one folder above; what is of a package is told by its name.
      sources: map.sources.map((source: string) =>
        source.includes("/npm/")
          ? source.slice(source.lastIndexOf("/") + 1)
          : source.replace("../", "")
      ),
    }),
  );
}

/**
 * Builds the package, unless the one that is there is of the same source.
 *
 * @returns Whether it was built.
 */
export async function buildNpm(): Promise<boolean> {
  const config = readConfig();
  const entries = entriesOf(config);
  const stamp = await fingerprint(entries);
  if (
    existsSync(`${DIST}/package.json`) && existsSync(STAMP) &&
    Deno.readTextFileSync(STAMP) === stamp
  ) return false;

  // Made beside the old one, which running programs may still be importing.
  const fresh = `${DIST}.${Deno.pid}`;
  await bundle([...entries, HIDDEN], fresh);
  // Whoever imports it has become a part of the chunks, which lie at the top.
  const hidden = HIDDEN.replace(/\.ts$/, ".js");
  writeFile(
    `${fresh}/${hidden.slice(hidden.lastIndexOf("/") + 1)}`,
    `export * from "./${hidden}";\n`,
  );
  for (const path of filesBelow(fresh)) {
    if (path.endsWith(".js")) markForBun(path);
  }
  for (const [path, text] of declarationsOf(entries)) {
    writeFile(`${fresh}/${path}`, text);
  }
  for (const name of TEXTS) {
    if (existsSync(`${REPO_ROOT}/${name}`)) {
      Deno.copyFileSync(`${REPO_ROOT}/${name}`, `${fresh}/${name}`);
    }
  }
  const json = JSON.stringify(manifest(config), null, 2);
  writeFile(`${fresh}/package.json`, `${json}\n`);
  const old = `${fresh}.old`;
  if (existsSync(DIST)) Deno.renameSync(DIST, old);
  Deno.renameSync(fresh, DIST);
  if (existsSync(old)) Deno.removeSync(old, { recursive: true });
  Deno.writeTextFileSync(STAMP, stamp);
  return true;
}

if (import.meta.main) {
  console.log(
    await buildNpm() ? "Built dist/npm" : "dist/npm is up to date",
  );
}
