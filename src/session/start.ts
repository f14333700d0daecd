import { isRecord, kindOf } from "../json/kinds.ts";
import { PipesDefaultContextLoader } from "../loaders/default_context_loader.ts";
import { DagsterPipesError } from "../errors.ts";
import { loadPart } from "../runtime/load_part.ts";
import type { PipesParamsLoader } from "../ports.ts";
import { type PipesContextData, readContextData } from "../protocol/context.ts";
import { logLine } from "../protocol/framing.ts";
import type { PipesParams } from "../protocol/types.ts";
import { launcherOf } from "../protocol/launcher_params.ts";
import { currentRuntime } from "../runtime/current.ts";
import { SessionContext, type SessionHooks } from "./session_context.ts";
import { reportedWith } from "./current_session.ts";
import type { CancelSignals } from "./end/cancel_signals.ts";
import { Cancellation, watchLauncher } from "./end/cancellation.ts";
import type { OpenedChannel } from "./channel.ts";
import { SessionEnding } from "./end/session_end.ts";
import { checkExtras } from "./extras/check_extras.ts";
import { StandaloneContext } from "./standalone_context.ts";
import { printIfFails } from "../runtime/notice.ts";
import { askForContext, type ContextAnswer } from "./context_answer.ts";
import type { PipesOptions } from "./options.ts";

/**
 * For the opening of a session whose writer has something to tell: it is loaded along with the
 * rest.
 */
export { recordText } from "../protocol/argument.ts";

/** A session whose messages are open. */
export interface OpeningSession<E> {
  readonly options: PipesOptions<E>;
  readonly paramsLoader: PipesParamsLoader;
  readonly opened: OpenedChannel;
  readonly signals: CancelSignals;
  readonly messagesParams: PipesParams;
  readonly hooks: SessionHooks;
  /** The context, where it was asked for while the first message was on its way. */
  readonly answer: Promise<ContextAnswer> | undefined;
}

/**
 * Goes on with a session whose messages are open: watches how it ends, reads the context, and makes
 * what the script works with.
 */
export async function startSession<E>(
  { options, paramsLoader, opened, signals, messagesParams, hooks, answer }: OpeningSession<E>,
): Promise<SessionContext<E>> {
  const cancellation = new Cancellation(options.graceSeconds);
  const ending = new SessionEnding(opened, cancellation, hooks.onClosed);
  try {
    if (options.handleSignals !== false) requireMainThread();
    ending.watch(currentRuntime(), signals);
    const launcher = launcherOf(messagesParams);
    if (launcher !== undefined) ending.onEnd(watchLauncher(launcher, signals));
    // A launcher that read the context by a loader of its own has put it into a file.
    const ownLoader = launcher?.hasContextFile === true ? undefined : options.contextLoader;
    const loader = ownLoader ?? new PipesDefaultContextLoader();
    const { params, source } = await (answer ?? askForContext(loader, paramsLoader));
    const data = readContext(source, params);
    const extras = await checkExtras(data.extras ?? {}, options.extrasSchema, false);
    const reported = reportedBefore(params, messagesParams, data);
    const context = new SessionContext(data, extras, opened.channel, ending, hooks, reported);
    if (options.captureConsole === true) {
      const { captureConsole } = await loadPart(() => import("../capture/console.ts"));
      const { channel } = opened;
      // Also of what is printed while the session closes, which takes no reports any more.
      ending.onEnd(
        captureConsole((message, level) => channel.writeMessage(logLine(message, level))),
      );
    }
    // Nothing in the script could know of it yet.
    if (ending.isClosed && cancellation.reason !== undefined) throw cancellation.reason;
    return context;
  } catch (error) {
    await printIfFails(
      "Cannot tell Dagster that the session could not be opened",
      () => ending.close([error]),
    );
    throw error;
  }
}

/**
 * What sessions of this process with the same parameters reported: to Dagster, they are one step.
 * Parameters without a word say nothing of that.
 */
function reportedBefore(
  { data: _, ...contextParams }: PipesParams,
  messagesParams: PipesParams,
  data: PipesContextData,
): Set<string> | undefined {
  if (Object.keys(messagesParams).length === 0) return undefined;
  const { run_id, retry_number, asset_keys, partition_key, partition_key_range } = data;
  return reportedWith(
    JSON.stringify([
      messagesParams,
      contextParams,
      run_id,
      retry_number,
      asset_keys,
      partition_key,
      partition_key_range,
    ]),
  );
}

/** A worker cannot do what a session is to do at a cancel, and at the end of its process. */
function requireMainThread(): void {
  if (currentRuntime().isMainThread()) return;
  throw new DagsterPipesError(
    "unsupported",
    "Cannot open a session in a worker: only the main thread gets signals, sets the exit code, and " +
      "sees the process end. Open it there, and let workers post to it what is to be reported. With " +
      "handleSignals: false a worker may open one, and all of that is left to you",
  );
}

/** Makes what a script works with where there is no Dagster. */
export async function startStandalone<E>(
  options: PipesOptions<E>,
  hooks: SessionHooks,
): Promise<StandaloneContext<E>> {
  const extras = await checkExtras({}, options.extrasSchema, true);
  return new StandaloneContext(extras, hooks);
}

function readContext(source: unknown, params: PipesParams): PipesContextData {
  if (typeof source === "string" || isRecord(source)) {
    const { path } = params;
    const name = typeof path === "string"
      ? `the context at ${JSON.stringify(path)}`
      : "the context";
    return readContextData(source, name);
  }
  throw new DagsterPipesError(
    "context_invalid",
    `The context loader must give JSON text or an object, got ${kindOf(source)}`,
  );
}
