import { runtimeCommand, type RuntimeName } from "./installed.ts";
import { launch, type LaunchOptions, type Outcome } from "./launch.ts";
import { REPO_ROOT } from "./places.ts";
import { Running } from "./running.ts";

/** Who launches, and whom: each runtime is on either side. */
export const LAUNCHER_PAIRS: readonly (readonly [RuntimeName, RuntimeName])[] = [
  ["deno", "node26"],
  ["bun", "deno"],
  ["node22", "bun"],
  ["node26", "node24"],
];

/** The command line, from the source on Deno, else from the npm package. */
export function cliCommand(runtime: RuntimeName, ...args: string[]): string[] {
  const path = runtime === "deno" ? "src/cli/main.ts" : "dist/npm/src/cli/main.js";
  return [...runtimeCommand(runtime), `${REPO_ROOT}/${path}`, ...args];
}

/** The start of a command that puts another one under the launcher. */
export function launcherCommand(runtime: RuntimeName, ...flags: string[]): string[] {
  return cliCommand(runtime, "supervise", ...flags, "--");
}

/** A part of a shell script that holds its streams until whoever started the script is gone. */
export const HOLDS_STREAMS = "{ while kill -0 $PPID; do sleep 0.2; done; }";

/** How a shell script is put under the launcher. */
export interface ShellOptions extends LaunchOptions {
  readonly flags?: readonly string[];
  /** What is around the launcher. */
  readonly around?: readonly string[];
}

/** Runs a shell script under the launcher. `$0` is a program of the tests. */
export function superviseShell(
  runtime: RuntimeName,
  script: string,
  options: ShellOptions = {},
): Promise<Outcome> {
  return launch(runtime, "supervised.ts", underLauncher(runtime, script, options));
}

/** Starts a shell script under the launcher, and does not wait for its end. */
export function startShell(
  runtime: RuntimeName,
  script: string,
  options: ShellOptions = {},
): Running {
  return new Running(runtime, "supervised.ts", underLauncher(runtime, script, options));
}

function underLauncher(runtime: RuntimeName, script: string, options: ShellOptions): LaunchOptions {
  return {
    ...options,
    under: [...(options.around ?? []), ...launcherCommand(runtime, ...(options.flags ?? []))],
    command: ["sh", "-c", script],
  };
}
