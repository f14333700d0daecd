import type { PipesMessageWriterChannel } from "../ports.ts";
import type { PipesLogLevel } from "../protocol/types.ts";
import { printNotice } from "../runtime/notice.ts";
import { Cancellation } from "./end/cancellation.ts";
import { SessionEnding } from "./end/session_end.ts";
import { SessionContext, type SessionHooks } from "./session_context.ts";

const STANDALONE = { run_id: "", asset_keys: null, job_name: null, retry_number: 0 };

const NOWHERE: PipesMessageWriterChannel = { writeMessage() {}, close() {} };

/**
 * The context of a process that Dagster did not launch: it checks reports and drops them, and prints
 * log messages to stderr.
 */
export class StandaloneContext<E> extends SessionContext<E> {
  override readonly isDagsterPipesProcess = false;

  constructor(extras: E, hooks: SessionHooks) {
    const ending = new SessionEnding(NOWHERE, new Cancellation(), hooks.onClosed);
    super(STANDALONE, extras, NOWHERE, ending, hooks);
    printNotice("Not running under Dagster Pipes. Returning no-op context.");
  }

  // A script should run without Dagster, too: its properties have empty values.
  protected override refuse(): void {}

  protected override missingExtra<K extends keyof E>(key: K): E[K] {
    printNotice(`Not running under Dagster Pipes. The extra ${JSON.stringify(key)} is null.`);
    return null as E[K];
  }

  protected override emitLog(message: string, level: PipesLogLevel): void {
    super.emitLog(message, level);
    printNotice(`[${level.toUpperCase()}] ${message}`);
  }
}
