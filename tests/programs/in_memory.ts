import type { PipesMessageWriter, PipesOptions, PipesParamsLoader } from "@dagsterpipes/pipes";

/** Keeps the lines of one or more sessions. */
export class MemoryWriter implements PipesMessageWriter {
  readonly lines: string[] = [];
  closes = 0;

  open(): { writeMessage(line: string): void; close(): void } {
    return { writeMessage: (line) => void this.lines.push(line), close: () => void this.closes++ };
  }

  /** The lines since the last call. */
  take(): string[] {
    return this.lines.splice(0);
  }
}

const IN_MEMORY: PipesParamsLoader = {
  isDagsterPipesProcess: () => true,
  loadContextParams: () => ({}),
  loadMessagesParams: () => ({}),
};

/** The options of a session with a given context that writes to memory. */
export function inMemory(
  context: string | Record<string, unknown>,
  messageWriter: MemoryWriter,
): PipesOptions {
  return { paramsLoader: IN_MEMORY, contextLoader: { loadContext: () => context }, messageWriter };
}

/** A context for steps that do not look at it. */
export const PLAIN_CONTEXT: Record<string, unknown> = {
  "asset_keys": ["orders"],
  "code_version_by_asset_key": { "orders": "v1" },
  "provenance_by_asset_key": { "orders": null },
  "partition_key": null,
  "partition_key_range": null,
  "partition_time_window": null,
  "run_id": "run-1",
  "job_name": "job",
  "retry_number": 0,
  "extras": {},
};

/** Prints what a program found, for its test to read. */
export function print(value: unknown): void {
  console.log(JSON.stringify(value, (_key, item: unknown) => plain(item)));
}

/** What JSON cannot say, said in words. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number" && !Number.isFinite(value)) {
    return String(value);
  }
  if (value === undefined) return "undefined";
  return value;
}

/** What a call threw, or `null` where it did not throw. */
export function thrownBy(
  call: () => unknown,
): { name: string; code: unknown; message: string } | null {
  try {
    call();
    return null;
  } catch (error) {
    return told(error);
  }
}

/** What a promise rejected with, or `null` where it did not. */
export async function rejectedBy(
  call: () => Promise<unknown>,
): Promise<{ name: string; code: unknown; message: string } | null> {
  try {
    await call();
    return null;
  } catch (error) {
    return told(error);
  }
}

function told(
  error: unknown,
): { name: string; code: unknown; message: string } {
  const { name, code, message } = error as {
    name: string;
    code?: unknown;
    message: string;
  };
  return { name, code: code ?? null, message };
}
