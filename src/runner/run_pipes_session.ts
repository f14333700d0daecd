import * as v from "valibot";
import {
  BOOLEAN_SCHEMA,
  mustBe,
  objectWithOnly,
  recordOf,
  requireOptions,
  STRING_SCHEMA,
} from "../local/schemas.ts";
import { STEP_OPTION_SCHEMAS } from "../local/step_options.ts";
import { Watch } from "../process/watch.ts";
import type { StdioStream } from "../runtime/runtime.ts";
import { LocalDagster } from "./local_dagster.ts";
import type { RunEvent, RunPipesSessionOptions, RunPipesSessionResult } from "./types.ts";

const SECONDS_SCHEMA = v.optional(v.pipe(
  v.number(mustBe("a number of seconds")),
  v.minValue(0, mustBe("0 or more")),
  v.maxValue(2 ** 31 / 1000 - 1, mustBe("less than 25 days, the longest time of a timer")),
));

const RUN_OPTIONS_SCHEMA = objectWithOnly({
  ...STEP_OPTION_SCHEMAS,
  command: v.pipe(
    v.array(STRING_SCHEMA, mustBe("an array")),
    v.nonEmpty("must have at least one part"),
  ),
  contextFile: v.optional(STRING_SCHEMA),
  cwd: v.optional(STRING_SCHEMA),
  env: v.optional(recordOf(STRING_SCHEMA)),
  signal: v.optional(v.custom(isAbortSignal, mustBe("an AbortSignal"))),
  timeoutSeconds: SECONDS_SCHEMA,
  graceSeconds: SECONDS_SCHEMA,
  messages: v.optional(
    v.picklist(["file", "stdout", "stderr"], mustBe('"file", "stdout" or "stderr"')),
  ),
  includeStdio: v.optional(BOOLEAN_SCHEMA),
  stdio: v.optional(v.picklist(["inherit", "capture"], mustBe('"inherit" or "capture"'))),
  onEvent: v.optional(v.function(mustBe("a function"))),
});

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
  requireOptions("runPipesSession", RUN_OPTIONS_SCHEMA, options);
  const events: RunEvent[] = [];
  const printed: Record<StdioStream, string> = { stdout: "", stderr: "" };
  const watch = new Watch(options.timeoutSeconds, options.graceSeconds);
  const dagster = new LocalDagster(options, watch, (event) => {
    events.push(event);
    if (event.type === "stdout" || event.type === "stderr") printed[event.type] += event.text;
    options.onEvent?.(event);
  });
  const { signal } = options;
  const cancel = (): void => watch.cancel("SIGINT");
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
    watch.stop();
  }
}

function isAbortSignal(value: unknown): boolean {
  return typeof value === "object" && value !== null && "aborted" in value &&
    "addEventListener" in value;
}
