import type {
  PipesDataProvenance,
  PipesLogLevel,
  PipesPartitionKeyRange,
  PipesTimeWindow,
} from "../protocol/types.ts";
import type { PipesMessageWriterChannel } from "../ports.ts";
import { SessionContext, type SessionHooks } from "./session_context.ts";
import { Cancellation } from "./end/cancellation.ts";
import { SessionEnding } from "./end/session_end.ts";
import { printNotice } from "../runtime/notice.ts";

const STANDALONE = { run_id: "", asset_keys: null, job_name: null, retry_number: 0 };

const NOWHERE: PipesMessageWriterChannel = { writeMessage() {}, close() {} };

/**
 * The context of a process that Dagster did not launch: it checks reports and drops them, and prints
 * log messages to stderr.
 */
export class StandaloneContext<E> extends SessionContext<E> {
  constructor(extras: E, hooks: SessionHooks) {
    const ending = new SessionEnding(NOWHERE, new Cancellation(), hooks.onClosed);
    super(STANDALONE, extras, NOWHERE, ending, hooks);
    printNotice("Not running under Dagster Pipes. Returning no-op context.");
  }

  override get isDagsterPipesProcess(): boolean {
    return false;
  }

  override get assetKey(): string {
    return "";
  }

  override get codeVersion(): string | null {
    return null;
  }

  override get provenance(): PipesDataProvenance | null {
    return null;
  }

  override get partitionKey(): string {
    return "";
  }

  override get partitionKeyRange(): PipesPartitionKeyRange | null {
    return null;
  }

  override get partitionTimeWindow(): PipesTimeWindow | null {
    return null;
  }

  protected override missingExtra<K extends keyof E>(key: K): E[K] {
    printNotice(`Not running under Dagster Pipes. The extra ${JSON.stringify(key)} is null.`);
    // The script should run without Dagster, too.
    return null as E[K];
  }

  protected override emitLog(message: string, level: PipesLogLevel): void {
    super.emitLog(message, level);
    printNotice(`[${level.toUpperCase()}] ${message}`);
  }

  protected override defaultAssetKey(): string {
    return "";
  }
}
