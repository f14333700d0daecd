import { DagsterPipesError } from "../errors.ts";

/**
 * Loads a part of this package that is not needed from the start. A bundler may have left it behind,
 * and a process that holds too many files cannot read it.
 *
 * @param load Imports it, by a literal specifier: bundlers look for that.
 */
export async function loadPart<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    throw new DagsterPipesError(
      "part_unavailable",
      `Cannot load a part of @dagsterpipes/pipes: ${
        reasonOf(cause)
      }. See that all of its files are deployed, and that ` +
        "the process may open more files (ulimit -n). A script bundled into one file needs neither",
      { cause },
    );
  }
}

/** Bun throws what is no `Error`. */
function reasonOf(cause: unknown): string {
  const { message } = Object(cause);
  return typeof message === "string" ? message : String(cause);
}
