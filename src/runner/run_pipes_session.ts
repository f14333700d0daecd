import {
  boolean,
  checkOptions,
  listOf,
  mapOf,
  objectOf,
  oneOf,
  optional,
  satisfying,
  seconds,
  string,
} from "../local/options_schema.ts";
import { STEP_SCHEMAS } from "../local/step_schemas.ts";
import { DagsterPipesError } from "../errors.ts";
import { isRecord } from "../json/kinds.ts";
import { Watch } from "../process/watch.ts";
import type { StdioStream } from "../runtime/runtime.ts";
import type { RunEvent } from "./run_event.ts";
import type { RunPipesSessionOptions } from "./run_options.ts";
import type { RunPipesSessionResult } from "./run_result.ts";
import { SessionRun } from "./session_run.ts";

const SCHEMA = objectOf({
  ...STEP_SCHEMAS,
  command: listOf(string),
  contextFile: optional(string),
  cwd: optional(string),
  env: optional(mapOf(string)),
  signal: optional(satisfying(isAbortSignal, "must be an AbortSignal")),
  timeoutSeconds: optional(seconds),
  graceSeconds: optional(seconds),
  messages: optional(oneOf("file", "stdout", "stderr")),
  includeStdio: optional(boolean),
  stdio: optional(oneOf("inherit", "capture")),
  onEvent: optional(satisfying((value) => typeof value === "function", "must be a function")),
});

/**
 * Runs a script without Dagster: makes up a step, starts the command as Dagster would, takes what it
 * reports, and says what Dagster would say of it.
 *
 * @param options The command, and the step.
 * @returns How it ended, and all that it reported.
 * @throws {DagsterPipesError} `command_failed` where the command cannot be started,
 * `invalid_argument` for options that are none.
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
  const watch = new Watch(options.timeoutSeconds, options.graceSeconds);
  const run = new SessionRun(options, watch, (event) => {
    events.push(event);
    if (event.type === "stdout" || event.type === "stderr") printed[event.type] += event.text;
    options.onEvent?.(event);
  });
  const { signal } = options;
  const cancel = (): void => watch.cancel("SIGINT");
  signal?.addEventListener("abort", cancel);
  if (signal?.aborted) cancel();
  try {
    const { problems, end } = await run.run();
    const { logs, materializations, checks, customMessages, closed } = run.record;
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
    watch.stop();
  }
}

/** Refuses options that the runner does not take. */
export function checkRunOptions(options: unknown): asserts options is RunPipesSessionOptions {
  checkOptions("runPipesSession", SCHEMA, options);
  if (isRecord(options) && Array.isArray(options.command) && options.command.length === 0) {
    throw new DagsterPipesError("invalid_argument", "command must have at least one part");
  }
}

function isAbortSignal(value: unknown): boolean {
  return typeof value === "object" && value !== null && "aborted" in value &&
    "addEventListener" in value;
}
