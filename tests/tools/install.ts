/**
 * Makes what {@link file://./setup.ts} promises. One process at a time: several may start at once.
 *
 * @module
 */
import { ensureDirSync, existsSync } from "@std/fs";
import { buildNpm } from "./build_npm.ts";
import { pythonBinary, runtimeBinary, type RuntimeName, RUNTIMES } from "../kit/installed.ts";
import { CACHE_DIR, REPO_ROOT } from "../kit/places.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** The npm package that a runtime comes in. */
const PACKAGES: Readonly<Record<Exclude<RuntimeName, "deno">, string>> = {
  bun: "bun@1",
  node22: "node@22",
  node24: "node@24",
  node26: "node@26",
};

/** What the Python environment holds, each in its newest version. */
const PYTHON_PACKAGES: readonly string[] = ["dagster", "hypothesis"];

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

async function makeRuntime(name: Exclude<RuntimeName, "deno">): Promise<void> {
  if (existsSync(runtimeBinary(name))) return;
  say(`installing ${PACKAGES[name]} from npm`);
  const dir = `${CACHE_DIR}/runtimes/${name}`;
  ensureDirSync(dir);
  Deno.writeTextFileSync(`${dir}/package.json`, '{ "private": true }\n');
  await run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", PACKAGES[name]], dir);
  // The first start is what shows that the binary fits this machine.
  say(`${name} is ${await run(runtimeBinary(name), ["--version"])}`);
}

/** Installs one runtime from npm, where it is missing. */
export async function installRuntime(name: RuntimeName): Promise<void> {
  if (name === "deno" || existsSync(runtimeBinary(name))) return;
  await locked(() => makeRuntime(name));
}

async function makePython(): Promise<void> {
  const dir = `${CACHE_DIR}/dagster`;
  const stamp = `${dir}/upgraded`;
  const made = existsSync(stamp);
  // The packages that were installed stand in the stamp: with another list it is out of date.
  if (made && Deno.readTextFileSync(stamp) === PYTHON_PACKAGES.join("\n")) {
    const age = Date.now() - (Deno.statSync(stamp).mtime?.getTime() ?? 0);
    if (age < DAY_MS) return;
  } else if (!made) {
    say("making a Python environment with the newest Dagster from PyPI");
    await run("python3", ["-m", "venv", "--clear", dir]).catch((cause) => {
      throw new Error(
        'Cannot make a Python environment: "python3 -m venv" failed. It needs Python 3.10 or later ' +
          "with the venv module (python3-venv on Debian)",
        { cause },
      );
    });
  }
  try {
    await run(pythonBinary(), [
      "-m",
      "pip",
      "install",
      "--quiet",
      "--disable-pip-version-check",
      "--upgrade",
      ...PYTHON_PACKAGES,
    ]);
  } catch (error) {
    // A day's delay harms nobody; a machine that is offline for an hour still runs its tests.
    if (!made) throw error;
    say(`cannot upgrade Dagster, going on with the one that is there: ${error}`);
  }
  Deno.writeTextFileSync(stamp, PYTHON_PACKAGES.join("\n"));
  const version = "import dagster; print(dagster.__version__)";
  say(`Dagster is ${await run(pythonBinary(), ["-c", version])}`);
}

/** Makes the Python environment with Dagster, or brings it up to date, once a day at most. */
export async function installDagster(): Promise<void> {
  await locked(makePython);
}

/** Lets programs under `tests/` import the npm build by the package's name. */
export function linkNpmBuild(): void {
  const scope = `${REPO_ROOT}/tests/node_modules/@dagsterpipes`;
  const link = `${scope}/pipes`;
  const target = "../../../dist/npm";
  try {
    if (Deno.readLinkSync(link) === target) return;
    Deno.removeSync(link);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  ensureDirSync(scope);
  Deno.symlinkSync(target, link);
}

/** Builds `dist/npm` where the source has changed, and links it. */
export async function buildAndLink(): Promise<void> {
  await locked(async () => {
    if (await buildNpm()) say("built dist/npm");
    linkNpmBuild();
  });
}

/** Everything at once. */
export async function setUp(): Promise<void> {
  for (const name of RUNTIMES) await installRuntime(name);
  await installDagster();
  await buildAndLink();
}
