import { runtimeCommand, type RuntimeName } from "./installed.ts";
import { launch, type LaunchOptions, type Outcome } from "./launch.ts";
import { REPO_ROOT } from "./places.ts";

/** Who launches, and whom: each runtime is on either side. */
export const LAUNCHER_PAIRS: readonly (readonly [RuntimeName, RuntimeName])[] = [
  ["deno", "node26"],
  ["bun", "deno"],
  ["node22", "bun"],
  ["node26", "node24"],
];

/** The start of a command that puts another one under the launcher. */
export function launcherCommand(runtime: RuntimeName, ...flags: string[]): string[] {
  const cli = runtime === "deno" ? "src/cli/main.ts" : "dist/npm/src/cli/main.js";
  return [...runtimeCommand(runtime), `${REPO_ROOT}/${cli}`, "supervise", ...flags, "--"];
}

/** Runs a shell script under the launcher. `$0` is a program of the tests. */
export function superviseShell(
  runtime: RuntimeName,
  script: string,
  options: LaunchOptions & {
    readonly flags?: readonly string[];
    /** What is around the launcher. */
    readonly around?: readonly string[];
  } = {},
): Promise<Outcome> {
  return launch(runtime, "supervised.ts", {
    ...options,
    under: [...(options.around ?? []), ...launcherCommand(runtime, ...(options.flags ?? []))],
    command: ["sh", "-c", script],
  });
}
