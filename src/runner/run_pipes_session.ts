import * as v from "valibot";
import { recordOf, requireOptions, SECONDS_SCHEMA } from "../local/schemas.ts";
import { STEP_OPTION_SCHEMAS } from "../local/step_options.ts";
import { Watchdog } from "../process/watchdog.ts";
import type { StdioStream } from "../runtime/runtime.ts";
import { LocalDagster } from "./local_dagster.ts";
import type { RunEvent, RunPipesSessionOptions, RunPipesSessionResult } from "./types.ts";

const RUN_OPTION_SCHEMAS = {
  ...STEP_OPTION_SCHEMAS,
  command: v.pipe(
    v.array(v.string()),
    v.nonEmpty("must have at least one part"),
  ),
  contextFile: v.optional(v.string()),
  cwd: v.optional(v.string()),
  env: v.optional(recordOf(v.string())),
  signal: v.optional(v.custom(isAbortSignal, "must be an AbortSignal")),
  timeoutSeconds: v.optional(SECONDS_SCHEMA),
  graceSeconds: v.optional(SECONDS_SCHEMA),
  messages: v.optional(
    v.picklist(["file", "stdout", "stderr"]),
  ),
  includeStdio: v.optional(v.boolean()),
  stdio: v.optional(v.picklist(["inherit", "capture"])),
  onEvent: v.optional(v.function()),
};

/**
 * Runs a script without Dagster: makes up a step, starts the command as Dagster would, takes what it
 * reports, and returns what Dagster would make of it.
 *
 * @param options The command, and the step.
 * @returns How it ended, and everything that it reported.
 * @throws {DagsterPipesError} `command_failed` if the command cannot be started, `invalid_argument`
 * for wrong options.
 *
 * @example
 * ```ts
 * import { runPipesSession } from "@dagsterpipes/pipes/runner";
 * import { assertEquals } from "@std/assert";
 *
 * const run = await runPipesSession({
 *   command: ["sh", "-c", "echo no session; exit 3"],
 *   assetKeys: ["orders"],
 *   stdio: "capture",
 * });
 * assertEquals([run.ok, run.code, run.stdout], [false, 3, "no session\n"]);
 * assertEquals(run.problems.map(({ code }) => code), ["no_messages", "process_failed"]);
 * ```
 */
export async function runPipesSession(
  options: RunPipesSessionOptions,
): Promise<RunPipesSessionResult> {
  checkRunOptions(options);
  const events: RunEvent[] = [];
  const printed: Record<StdioStream, string> = { stdout: "", stderr: "" };
  const watchdog = new Watchdog(options);
  const dagster = new LocalDagster(options, watchdog, (event) => {
    events.push(event);
    if (event.type === "stdout" || event.type === "stderr") printed[event.type] += event.text;
    options.onEvent?.(event);
  });
  const { signal } = options;
  const cancel = (): void => watchdog.cancel("SIGINT");
  signal?.addEventListener("abort", cancel);
  if (signal?.aborted) cancel();
  try {
    const end = await dagster.run();
    const { logs, materializations, checks, customMessages, closed, problems } = dagster.recording;
    return {
      ...end,
      events,
      logs,
      materializations,
      checks,
      customMessages,
      closed,
      problems,
      ...printed,
    };
  } finally {
    signal?.removeEventListener("abort", cancel);
    watchdog.stop();
  }
}

/** @throws {DagsterPipesError} `invalid_argument` if an option is unknown or not of its type. */
export function checkRunOptions(options: unknown): asserts options is RunPipesSessionOptions {
  requireOptions("runPipesSession", RUN_OPTION_SCHEMAS, options);
}

function isAbortSignal(value: unknown): boolean {
  return typeof value === "object" && value !== null && "aborted" in value &&
    "addEventListener" in value;
}
