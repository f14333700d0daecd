/**
 * Writes `dist/npm`, the package that users of Bun and Node install from npm: plain JavaScript for
 * Node 22.3 and later with its dependencies bundled in, and declarations that need nothing else.
 *
 * Entry points share their modules, so that there is one `DagsterPipesError` and one open session,
 * whichever of them a program imports. What the source imports dynamically stays apart.
 *
 * @module
 */
import { ensureDirSync, existsSync } from "@std/fs";
import { encodeHex } from "@std/encoding/hex";
import { bundle } from "./bundle.ts";
import { entriesOf, moduleOf, type PackageConfig, readConfig } from "./package_config.ts";
import { declarationsOf, reachable, readModule } from "./emit.ts";
import { copyTree, filesBelow } from "./publish_copy.ts";
import { exampleFiles } from "./example_project.ts";
import { REPO_ROOT } from "../kit/places.ts";

const DIST = `${REPO_ROOT}/dist/npm`;
const STAMP = `${REPO_ROOT}/dist/npm.stamp`;

const DOCS = filesBelow(`${REPO_ROOT}/docs`).map((path) => `docs/${path}`);
const EXAMPLE = exampleFiles().map((path) => `examples/dagster_project/${path}`);

/**
 * What else is in the package, and where it is in the repository. The code of others in it comes
 * with its licences.
 */
const TEXTS: Readonly<Record<string, string>> = {
  "README.md": "README.md",
  "CHANGELOG.md": "CHANGELOG.md",
  "LICENSE": "LICENSE",
  "THIRD_PARTY_LICENSES": "tests/tools/THIRD_PARTY_LICENSES",
  "examples/whole_line_reader.py": "examples/whole_line_reader.py",
  ...Object.fromEntries([...DOCS, ...EXAMPLE].map((path) => [path, path])),
};
const INPUTS = [
  ...Object.values(TEXTS),
  "deno.json",
  "deno.lock",
  "tests/tools/base64.ts",
  "tests/tools/build_npm.ts",
  "tests/tools/bundle.ts",
  "tests/tools/emit.ts",
  "tests/tools/package_config.ts",
  "tests/tools/publish_copy.ts",
];

/** A digest of all that the build depends on, this program included. */
async function fingerprint(entries: readonly string[]): Promise<string> {
  const parts = [Deno.version.deno, Deno.env.get("GITHUB_REPOSITORY") ?? ""];
  for (const [path, text] of reachable(entries, readModule)) {
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
 * The repository's address, which npm wants for provenance; known where the package is published.
 */
function repository(): Record<string, unknown> {
  const name = Deno.env.get("GITHUB_REPOSITORY");
  const server = Deno.env.get("GITHUB_SERVER_URL");
  if (!name || !server) return {};
  return { repository: { type: "git", url: `git+${server}/${name}.git` } };
}

/** The commands that the package installs, and the exports that they are. */
const COMMANDS: Readonly<Record<string, string>> = { dagsterpipes: "./cli" };

function commandModules(config: PackageConfig): Record<string, string> {
  return Object.fromEntries(
    Object.entries(COMMANDS).map(([name, key]) => [name, moduleOf(config.exports[key] ?? "")]),
  );
}

function toExtension(path: string, extension: string): string {
  return path.replace(/\.ts$/, extension);
}

function manifest(config: PackageConfig): Record<string, unknown> {
  const exports: Record<string, unknown> = {};
  for (const [name, target] of Object.entries(config.exports)) {
    const path = moduleOf(target);
    exports[name] = {
      types: `./${toExtension(path, ".d.ts")}`,
      default: `./${toExtension(path, ".js")}`,
    };
  }
  const bin = Object.fromEntries(
    Object.entries(commandModules(config)).map(([name, path]) => [name, toExtension(path, ".js")]),
  );
  return {
    name: config.name,
    version: config.version,
    description: "Dagster Pipes for TypeScript on Deno, Bun and Node",
    keywords: ["dagster", "dagster-pipes", "data", "deno", "bun", "node"],
    license: config.license,
    ...repository(),
    type: "module",
    types: "./mod.d.ts",
    exports: { ...exports, "./package.json": "./package.json" },
    bin,
    engines: { node: ">=22.3" },
    sideEffects: false,
  };
}

function writeFile(path: string, text: string): void {
  ensureDirSync(path.slice(0, path.lastIndexOf("/")));
  Deno.writeTextFileSync(path, text);
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
  const commands = Object.values(commandModules(config));
  for (const [path, text] of await bundle(entries, commands)) writeFile(`${fresh}/${path}`, text);
  // Windows does not have such a permission.
  if (Deno.build.os !== "windows") {
    for (const path of commands) Deno.chmodSync(`${fresh}/${toExtension(path, ".js")}`, 0o755);
  }
  for (const [path, text] of declarationsOf(entries)) {
    writeFile(`${fresh}/${path}`, text);
  }
  for (const [name, path] of Object.entries(TEXTS)) {
    copyTree(`${REPO_ROOT}/${path}`, `${fresh}/${name}`);
  }
  // npm leaves such a file out of every package.
  Deno.removeSync(`${fresh}/examples/dagster_project/.gitignore`);
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
  console.log(await buildNpm() ? "Built dist/npm" : "dist/npm is up to date");
}
