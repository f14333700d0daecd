import type { PipesMessageWriter, PipesOptions, PipesParamsLoader } from "@dagsterpipes/pipes";

/** A session in memory: how to open it, and what it wrote. */
export interface MemorySession {
  readonly options: PipesOptions;
  /** The lines, as they would go to Dagster. */
  readonly lines: string[];
  /** The lines read back. */
  messages(): { method: string; params: Record<string, unknown> }[];
  /** How often the channel was opened and closed. */
  readonly counts: { opened: number; closed: number };
}

/**
 * Loaders and a writer that touch nothing outside. The context is a text as Python writes it, or
 * data that fills up an ordinary context of asset `a`.
 */
export function memorySession(
  context: string | Record<string, unknown> = {},
  beforeWrite: (line: string) => void = () => {},
): MemorySession {
  const lines: string[] = [];
  const counts = { opened: 0, closed: 0 };
  const isText = typeof context === "string";
  const data = isText ? context : { run_id: "7f3c", asset_keys: ["a"], ...context };
  const paramsLoader: PipesParamsLoader = {
    isDagsterPipesProcess: () => true,
    loadContextParams: () => ({ data }),
    loadMessagesParams: () => ({}),
  };
  const messageWriter: PipesMessageWriter = {
    open() {
      counts.opened++;
      return {
        writeMessage(line) {
          beforeWrite(line);
          lines.push(line);
        },
        close: () => void counts.closed++,
      };
    },
  };
  return {
    options: {
      paramsLoader,
      messageWriter,
      ...(isText ? { contextLoader: { loadContext: () => context } } : {}),
    },
    lines,
    counts,
    messages: () =>
      lines.map((line) => {
        const { method, params } = JSON.parse(line);
        return { method, params };
      }),
  };
}
