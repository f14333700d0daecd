import * as v from "valibot";
import type { RecordedEvent, StepProblem, StepReports } from "../local/recorded.ts";
import { STEP_OPTION_SCHEMAS } from "../local/step.ts";
import type { StepOptions } from "../local/step_options.ts";
import { Watchdog } from "../process/watchdog.ts";
import type { PipesAbortSignal } from "../public_types.ts";
import type { StdioStream } from "../runtime/runtime.ts";
import { objectWithMethods, recordOf, requireOptions, SECONDS_SCHEMA } from "../schemas.ts";
import { LocalDagster } from "./local_dagster.ts";

/** What {@linkcode runPipesSession} runs, and the step that it makes up for it. */
export interface RunPipesSessionOptions extends StepOptions {
  /**
   * The time after which the command is cut off, in seconds.
   *
   * @default never
   */
  readonly timeoutSeconds?: number | undefined;
  /**
   * The time from a cancel or the cut-off until the command is killed, in seconds.
   *
   * @default 15
   */
  readonly graceSeconds?: number | undefined;
  /** The command and its arguments. */
  readonly command: readonly string[];
  /**
   * A file with a context that Dagster wrote, instead of a step that is made up: of its options, only
   * `checks` can be combined with it.
   */
  readonly contextFile?: string | undefined;
  /**
   * The folder that the command runs in.
   *
   * @default the folder of this process
   */
  readonly cwd?: string | undefined;
  /**
   * Variables in addition to those of this process.
   *
   * @default {}
   */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Cancels the run when it is aborted, as Dagster does: by SIGINT. */
  readonly signal?: PipesAbortSignal | undefined;
  /**
   * The place of the messages: a file, as with `PipesSubprocessClient`, or among the lines of a
   * stream, as with Dagster's clients for containers.
   *
   * @default "file"
   */
  readonly messages?: "file" | "stdout" | "stderr" | undefined;
  /**
   * Whether what the script prints is sent as messages as well.
   *
   * @default false
   */
  readonly includeStdio?: boolean | undefined;
  /**
   * Whether this process prints what the command prints, or only keeps it.
   *
   * @default "inherit"
   */
  readonly stdio?: "inherit" | "capture" | undefined;
  /** Is called with each event at once. */
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
}

/** What happens in a run: a message as Dagster takes it, or something else. */
export type RunEventContent =
  | {
    readonly type: "start";
    /** The version of the shape of all events. */
    readonly schema: 1;
    /** The command and its arguments. */
    readonly command: readonly string[];
  }
  | RecordedEvent
  | {
    /** The stream that the command printed to. */
    readonly type: "stdout" | "stderr";
    /** Whole lines, except for the last ones of all. */
    readonly text: string;
  }
  | ({ readonly type: "problem" } & StepProblem)
  | ({ readonly type: "end" } & RunEnd);

/** Something that happened in a run. */
export type RunEvent = RunEventContent & {
  /** How many events came before it. */
  readonly seq: number;
  /** When it was seen, in ISO 8601. */
  readonly time: string;
};

/** How a run ended. */
export interface RunEnd {
  /** Whether Dagster would report the step as succeeded. */
  readonly ok: boolean;
  /** The exit code, or null if the command ended by a signal. */
  readonly code: number | null;
  /** The signal, or null if the command ended with an exit code. */
  readonly signal: string | null;
  /** How long it took, in milliseconds. */
  readonly durationMs: number;
}

/** How a run ended, and everything that was reported in it. */
export interface RunPipesSessionResult extends RunEnd, StepReports {
  /** Everything that happened, in order. */
  readonly events: readonly RunEvent[];
  /** What the command printed to its stdout, without messages. */
  readonly stdout: string;
  /** What the command printed to its stderr, without messages. */
  readonly stderr: string;
}

const RUN_OPTION_SCHEMAS = {
  ...STEP_OPTION_SCHEMAS,
  command: v.pipe(v.array(v.string()), v.nonEmpty("must have at least one part")),
  contextFile: v.optional(v.string()),
  cwd: v.optional(v.string()),
  env: v.optional(recordOf(v.string())),
  signal: v.optional(
    objectWithMethods("must be an AbortSignal", "throwIfAborted", "addEventListener"),
  ),
  timeoutSeconds: v.optional(SECONDS_SCHEMA),
  graceSeconds: v.optional(SECONDS_SCHEMA),
  messages: v.optional(v.picklist(["file", "stdout", "stderr"])),
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
    const reports = { logs, materializations, checks, customMessages, closed, problems };
    return { ...end, events, ...reports, ...printed };
  } finally {
    signal?.removeEventListener("abort", cancel);
    watchdog.stop();
  }
}

/** @throws {DagsterPipesError} `invalid_argument` if an option is unknown or not of its type. */
export function checkRunOptions(options: unknown): asserts options is RunPipesSessionOptions {
  requireOptions("runPipesSession", RUN_OPTION_SCHEMAS, options);
}
