import { PipesDefaultContextLoader } from "../context/default.ts";
import { DagsterPipesError } from "../errors.ts";
import { PipesEnvVarParamsLoader } from "../params/env.ts";
import {
  type PipesContextData,
  readContextData,
} from "../protocol/context_data.ts";
import { openedLine } from "../protocol/framing.ts";
import { isRecord } from "../protocol/params.ts";
import { kindOf } from "../protocol/path.ts";
import type { PipesParams } from "../protocol/types.ts";
import { currentRuntime } from "../runtime/current.ts";
import { PipesDefaultMessageWriter } from "../writers/default.ts";
import type {
  PipesMessageWriter,
  PipesMessageWriterChannel,
} from "../writers/writer.ts";
import { SessionContext, type SessionHooks } from "./context.ts";
import { SessionEnding } from "./ending.ts";
import { printNotice } from "./notice.ts";
import type { PipesOptions } from "./options.ts";
import type { PipesContext } from "./pipes_context.ts";

/** Opens a session: finds the parameters, reads the context, opens the messages and writes the first one. */
export async function openSession<E>(
  options: PipesOptions<E>,
  hooks: SessionHooks,
): Promise<PipesContext<E>> {
  const paramsLoader = options.paramsLoader ?? new PipesEnvVarParamsLoader();
  if (!paramsLoader.isDagsterPipesProcess()) {
    const { NullContext } = await import("./null_context.ts");
    return new NullContext(await extrasOf(options, {}, true), hooks);
  }

  // The messages come first, so that Dagster is told where anything after them fails.
  const channel = await openChannel(
    options,
    await paramsLoader.loadMessagesParams(),
  );
  const ending = new SessionEnding(channel, hooks.onClosed);
  try {
    const data = await loadContext(
      options,
      await paramsLoader.loadContextParams(),
    );
    const extras = await extrasOf(options, data.extras ?? {}, false);
    const context = new SessionContext(data, extras, channel, ending, hooks);
    if (options.captureConsole === true) {
      const { captureConsole } = await import("../capture/console.ts");
      ending.onEnd(
        captureConsole((message, level) => context.log(message, level)),
      );
    }
    ending.watch(
      currentRuntime(),
      options.handleSignals ?? true,
      options.graceSeconds ?? 10,
    );
    return context;
  } catch (error) {
    await closeFailed(ending, error);
    throw error;
  }
}

async function openChannel<E>(
  options: PipesOptions<E>,
  params: PipesParams,
): Promise<PipesMessageWriterChannel> {
  const writer: PipesMessageWriter = options.messageWriter ??
    new PipesDefaultMessageWriter();
  const channel = await writer.open(params);
  try {
    channel.writeMessage(openedLine(writer.getOpenedExtras?.() ?? {}));
    return channel;
  } catch (error) {
    await channel.close();
    throw error;
  }
}

async function loadContext<E>(
  options: PipesOptions<E>,
  params: PipesParams,
): Promise<PipesContextData> {
  const loader = options.contextLoader ?? new PipesDefaultContextLoader();
  const source: unknown = await loader.loadContext(params);
  if (typeof source === "string" || isRecord(source)) {
    const { path } = params;
    const name = typeof path === "string"
      ? `the context at ${JSON.stringify(path)}`
      : "the context";
    return await readContextData(source, name);
  }
  throw new DagsterPipesError(
    "context_invalid",
    `The context loader must give JSON text or an object, got ${
      kindOf(source)
    }`,
  );
}

/** The extras as the script is to see them: what its schema makes of them, or as they came. */
async function extrasOf<E>(
  { extrasSchema }: PipesOptions<E>,
  extras: unknown,
  isStandalone: boolean,
): Promise<E> {
  // Without a schema `E` is what the caller says it is, as in `JSON.parse`.
  if (extrasSchema === undefined) return extras as E;
  const { checkExtras } = await import("./extras.ts");
  return await checkExtras(extras, extrasSchema, isStandalone);
}

/** Tells Dagster why the session could not be opened. What fails here must not hide that. */
async function closeFailed(
  ending: SessionEnding,
  error: unknown,
): Promise<void> {
  try {
    await ending.close([error]);
  } catch (closeError) {
    printNotice(
      `Cannot tell Dagster that the session could not be opened: ${closeError}`,
    );
  }
}
