/**
 * The whole gate: `deno task ok`. Every step runs, whatever the ones before it said, so that one
 * run shows all there is to mend.
 *
 * @module
 */
import { encodeHex } from "@std/encoding/hex";
import { copyForPublish } from "./publish_copy.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { denoTest, junitArgs } from "./run_tests.ts";

interface Step {
  readonly name: string;
  /** Gives back an exit code. */
  readonly run: () => Promise<number>;
}

async function deno(args: readonly string[], cwd: string = REPO_ROOT): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), { args: [...args], cwd, stdin: "null" }).spawn();
  return (await child.status).code;
}

async function digest(path: string): Promise<string> {
  const bytes = await Deno.readFile(path);
  return encodeHex(await crypto.subtle.digest("SHA-256", bytes));
}

async function publishDryRun(): Promise<number> {
  const dir = await Deno.makeTempDir();
  try {
    copyForPublish(dir, REPO_ROOT);
    // Slow types are an error unless one allows them, which nothing here does.
    return await deno(["publish", "--dry-run", "--quiet"], dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const entries: readonly string[] = Object.values<string>(
  JSON.parse(Deno.readTextFileSync(`${REPO_ROOT}/deno.json`)).exports,
);

const steps: readonly Step[] = [
  { name: "format", run: () => deno(["fmt", "--check"]) },
  { name: "lint", run: () => deno(["lint"]) },
  { name: "types", run: () => deno(["check", "--frozen"]) },
  { name: "documentation", run: () => deno(["doc", "--lint", ...entries]) },
  { name: "doc", run: () => denoTest([...junitArgs("doc"), "--frozen", "--doc", "mod.ts", "src"]) },
  { name: "publish dry run", run: publishDryRun },
  { name: "test", run: () => deno(["task", "test", "--frozen"]) },
];

/** Runs the gate. Gives back the names of the steps that failed. */
async function gate(): Promise<string[]> {
  const lock = `${REPO_ROOT}/deno.lock`;
  const before = await digest(lock);
  const results: string[] = [];
  const failed: string[] = [];
  for (const { name, run } of steps) {
    console.log(`\n== ${name}`);
    const start = performance.now();
    const isGood = await run() === 0;
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    results.push(`${isGood ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
    if (!isGood) failed.push(name);
  }
  if (await digest(lock) !== before) {
    results.push("FAILED deno.lock does not hold all that was used");
    failed.push("lock");
  }
  console.log(`\n== gate\n${results.join("\n")}`);
  return failed;
}

if (import.meta.main) {
  const failed = await gate();
  const dir = Deno.env.get("DAGSTERPIPES_JUNIT_DIR");
  if (dir) Deno.writeTextFileSync(`${dir}/failed.json`, JSON.stringify(failed));
  Deno.exit(failed.length === 0 ? 0 : 1);
}
