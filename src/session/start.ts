import { captureConsole, captureStdio, pieces } from "../capture/stdio.ts";
import { isRecord, kindOf } from "../json/kinds.ts";
import { DagsterPipesError } from "../errors.ts";
import { PipesDefaultContextLoader } from "../loaders/default_context_loader.ts";
import type { PipesContextLoader, PipesMessageWriterChannel } from "../ports.ts";
import { type PipesContextData, readContextData } from "../protocol/context.ts";
import { logLine } from "../protocol/messages.ts";
import { copyExtras, streamLine } from "../protocol/reports.ts";
import type { PipesParams } from "../protocol/types.ts";
import { launcherOf } from "../protocol/launcher_params.ts";
import { printIfFails } from "../runtime/notice.ts";
import { reportedFor } from "./current_session.ts";
import type { Cancellation } from "./end/cancellation.ts";
import { watchLauncher } from "./end/cancelled_process.ts";
import { SessionEnding } from "./end/session_end.ts";
export { endCancelledProcess } from "./end/cancelled_process.ts";
import { checkExtras } from "./extras.ts";
import type { LoadedContext } from "./open.ts";
import type { PipesOptions } from "./options.ts";
import { SessionContext, type SessionHooks } from "./session_context.ts";
import { StandaloneContext } from "./standalone_context.ts";

/** Loaded with the rest of this part if a message writer has data for its reader. */
export { copyExtras };

/** A session whose first message is written. */
export interface OpeningSession<E> {
  readonly options: PipesOptions<E>;
  readonly messagesParams: PipesParams;
  readonly channel: PipesMessageWriterChannel;
  readonly cancellation: Cancellation;
  /** Loads the context, unless that began while the first message was being sent. */
  readonly loadContext: (loader: PipesContextLoader) => Promise<LoadedContext>;
  readonly hooks: SessionHooks;
}

/** Completes a session: watches for its end, reads the context, and creates the script's object. */
export async function startSession<E>(session: OpeningSession<E>): Promise<SessionContext<E>> {
  const { options, messagesParams, channel, cancellation, hooks } = session;
  const ending = new SessionEnding(channel, cancellation, hooks.onClosed);
  try {
    ending.onEnd(sendStdio(channel, messagesParams));
    ending.watch();
    const launcher = launcherOf(messagesParams);
    if (launcher !== undefined) ending.onEnd(watchLauncher(launcher));
    // A launcher that read the context with a loader of its own wrote it to a file.
    const ownLoader = launcher?.hasContextFile === true ? undefined : options.contextLoader;
    const loaded = await session.loadContext(ownLoader ?? new PipesDefaultContextLoader());
    const data = readLoadedContext(loaded);
    const extras = await checkExtras(data.extras ?? {}, options.extrasSchema, false);
    const reported = reportedBefore(loaded.params, messagesParams, data);
    const context = new SessionContext(data, extras, channel, ending, hooks, reported);
    if (options.captureConsole === true) {
      // Not by `context.log`, which refuses what is printed while the session closes.
      ending.onEnd(
        captureConsole((message, level) => channel.writeMessage(logLine(message, level))),
      );
    }
    // If a cancel closed the session already, the script has not noticed either.
    if (ending.isClosed && cancellation.taken !== undefined) throw cancellation.taken.reason;
    return context;
  } catch (error) {
    await printIfFails(
      "Cannot report to Dagster that the session could not be opened",
      () => ending.close([error]),
    );
    throw error;
  }
}

/** Creates the script's object in a process that Dagster did not launch. */
export async function startStandalone<E>(
  options: PipesOptions<E>,
  hooks: SessionHooks,
): Promise<StandaloneContext<E>> {
  const extras = await checkExtras({}, options.extrasSchema, true);
  return new StandaloneContext(extras, hooks);
}

function readLoadedContext({ source, params }: LoadedContext): PipesContextData {
  if (typeof source === "string" || isRecord(source)) {
    const { path } = params;
    const place = typeof path === "string" ? ` at ${JSON.stringify(path)}` : "";
    return readContextData(source, `the context${place}`);
  }
  throw new DagsterPipesError(
    "context_invalid",
    `The context loader must return JSON text or an object, got ${kindOf(source)}`,
  );
}

/** Returns what sessions of this process with the same parameters reported: they are one step. */
function reportedBefore(
  { data: _, ...contextParams }: PipesParams,
  messagesParams: PipesParams,
  { run_id, retry_number, asset_keys, partition_key, partition_key_range }: PipesContextData,
): Set<string> | undefined {
  // Parameters without keys do not identify a step.
  if (Object.keys(messagesParams).length === 0) return undefined;
  const step = [run_id, retry_number, asset_keys, partition_key, partition_key_range];
  return reportedFor(JSON.stringify([messagesParams, contextParams, step]));
}

/**
 * Sends what this process prints, if Dagster asks for that and does not see it anyway.
 *
 * @returns A function that ends this. It throws the first failure to send.
 */
function sendStdio(channel: PipesMessageWriterChannel, params: PipesParams): () => void {
  const isAskedFor = params.include_stdio_in_messages === true && params.stdio === undefined &&
    params.buffered_stdio === undefined;
  if (!isAskedFor) return () => {};
  return captureStdio((stream, text) => {
    for (const piece of pieces(text)) channel.writeMessage(streamLine(stream, piece));
  });
}
