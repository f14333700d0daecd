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
 * Loaders and a writer that touch nothing outside. The data fills up an ordinary context of asset
 * `a`.
 */
export function memorySession(
  data: Record<string, unknown> = {},
  beforeWrite: (line: string) => void = () => {},
): MemorySession {
  const lines: string[] = [];
  const counts = { opened: 0, closed: 0 };
  const context = { run_id: "7f3c", asset_keys: ["a"], ...data };
  const paramsLoader: PipesParamsLoader = {
    isDagsterPipesProcess: () => true,
    loadContextParams: () => ({ data: context }),
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
    options: { paramsLoader, messageWriter },
    lines,
    counts,
    messages: () =>
      lines.map((line) => {
        const { method, params } = JSON.parse(line);
        return { method, params };
      }),
  };
}
