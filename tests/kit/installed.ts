/**
 * Where the runtimes and the Python with Dagster are, which `deno task setup` installs.
 *
 * @module
 */
import { existsSync } from "@std/fs";
import { CACHE_DIR } from "./places.ts";

/** A runtime that the tests run programs on. */
export type RuntimeName = "deno" | "bun" | "node22" | "node24" | "node26";

/** Every runtime that the package supports. */
export const ALL_RUNTIMES: readonly RuntimeName[] = ["deno", "bun", "node22", "node24", "node26"];

/**
 * The runtimes of a test that runs on each: those that a variable names, by default the newest ones.
 * `tests/slow/older_nodes_test.ts` names the older ones.
 */
export const RUNTIMES: readonly RuntimeName[] = ALL_RUNTIMES.filter((name) =>
  (Deno.env.get("DAGSTERPIPES_RUNTIMES") ?? "deno,bun,node26").split(",").includes(name)
);

/** A Node that is too old for the package, to see what it says there. */
export type InstalledName = RuntimeName | "node20";

/** Where the binary of an installed runtime is. */
export function runtimeBinary(name: InstalledName): string {
  if (name === "deno") return Deno.execPath();
  const bin = name === "bun" ? "bun" : "node";
  return `${CACHE_DIR}/runtimes/${name}/node_modules/.bin/${bin}`;
}

/** Where the packages are that the examples of the documentation import. */
export const PACKAGES_DIR: string = `${CACHE_DIR}/examples/node_modules`;

/** Where the clients of stores are, and a stand-in for Azure's. */
export const STORE_CLIENTS_DIR: string = `${CACHE_DIR}/store_clients/node_modules`;

/** Where the test runners are that are no runtime's own. */
export const TEST_RUNNERS_DIR: string = `${CACHE_DIR}/test_runners/node_modules`;

/** Where the bundlers are, and the loaders of TypeScript for Node. */
export const BUNDLERS_DIR: string = `${CACHE_DIR}/bundlers/node_modules`;

/** Where the builder of the documentation's site is. */
export const SITE_DIR: string = `${CACHE_DIR}/site`;

/**
 * A Python environment: one with the newest Dagster, one with its command line `dg` and its UI, one
 * with Dagster's libraries for stores and containers, and stand-ins for stores, and one for each
 * older Dagster.
 */
export type EnvironmentName = "dagster" | "dg" | "stores" | `dagster-${string}`;

/** The version of Dagster that the tests meet instead of the newest one, if they meet another. */
export const DAGSTER_VERSION: string | undefined = Deno.env.get("DAGSTERPIPES_DAGSTER_VERSION");

/** Where the programs of a Python environment are. */
export function environmentBin(name: EnvironmentName): string {
  return `${CACHE_DIR}/${name}/bin`;
}

function required(path: string, what: string): string {
  if (existsSync(path)) return path;
  throw new Error(`Cannot find ${what} at "${path}": run "deno task setup"`);
}

/**
 * The start of the command that runs a script on a runtime.
 *
 * @param name The runtime.
 * @returns An absolute path, and arguments that go before the script's.
 * @throws Where the runtime is not installed.
 */
export function runtimeCommand(name: InstalledName): string[] {
  const binary = required(runtimeBinary(name), name);
  if (name === "deno") return [binary, "run", "-A"];
  return name === "bun" ? [binary, "run"] : [binary];
}

/**
 * The Python that has Dagster: the newest one, or the one of `DAGSTERPIPES_DAGSTER_VERSION`.
 *
 * @returns An absolute path.
 * @throws Where the environment is not made yet.
 */
export function dagsterPython(): string {
  const name = DAGSTER_VERSION === undefined ? "dagster" : `dagster-${DAGSTER_VERSION}` as const;
  return required(`${environmentBin(name)}/python`, "a Python with Dagster");
}

/**
 * The Python that has Dagster's libraries for stores and containers.
 *
 * @returns An absolute path.
 * @throws Where the environment is not made yet.
 */
export function storesPython(): string {
  return required(`${environmentBin("stores")}/python`, "a Python with Dagster's stores");
}

/**
 * The folder that has `dg`, `dagster` and a Python with them.
 *
 * @returns An absolute path.
 * @throws Where the environment is not made yet.
 */
export function dgBin(): string {
  return required(environmentBin("dg"), "dg");
}
