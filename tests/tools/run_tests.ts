/**
 * Runs the tests: `deno task test`, or with `--all` the slow ones too, or with `--slow` only those,
 * or with `--long` only those that take many minutes.
 * Other arguments go to `deno test`, paths in place of the whole of `tests`.
 *
 * @module
 */
import { setUp } from "./install.ts";
import { REPO_ROOT } from "../kit/places.ts";

/** Where what is slow, or needs more than npm and PyPI, lives. */
const SLOW = "tests/slow";

/** Where what takes many minutes lives, or measures: by hand, on a quiet machine. */
const LONG = "tests/long";

/** Where each run of `deno test` leaves its counts, if somebody wants to add them up. */
export function junitArgs(name: string): string[] {
  const dir = Deno.env.get("DAGSTERPIPES_JUNIT_DIR");
  return dir ? [`--junit-path=${dir}/${name}.xml`] : [];
}

/** Runs `deno test` from the repository and gives back its exit code. */
export async function denoTest(args: readonly string[]): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", ...args],
    cwd: REPO_ROOT,
    stdin: "null",
  }).spawn();
  return (await child.status).code;
}

if (import.meta.main) {
  const modes = ["--all", "--slow", "--long"];
  const mode = Deno.args.find((arg) => modes.includes(arg));
  const rest = Deno.args.filter((arg) => !modes.includes(arg));
  await setUp();
  let code = 0;
  if (mode === undefined || mode === "--all") {
    const hasPath = rest.some((arg) => !arg.startsWith("-"));
    const where = hasPath ? [] : ["tests"];
    // Most of a test is the start of processes: as many tests at once as there are cores.
    const args = ["--parallel", `--ignore=${SLOW},${LONG}`];
    code ||= await denoTest([...junitArgs("test"), ...args, ...rest, ...where]);
  }
  for (const [name, folder] of [["slow", SLOW], ["long", LONG]] as const) {
    if (mode !== "--all" && mode !== `--${name}`) continue;
    code = await denoTest([...junitArgs(name), "--permit-no-files", ...rest, folder]) || code;
  }
  Deno.exit(code);
}
