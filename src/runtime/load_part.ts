import { DagsterPipesError } from "../errors.ts";

/**
 * Loads a part of this package that is not needed from the start. `load` imports it by a literal
 * specifier, which bundlers look for. A process with too many open files cannot read the part.
 */
export async function loadPart<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    // Bun throws objects that are not instances of `Error`.
    const reason: unknown = Object(cause).message ?? cause;
    throw new DagsterPipesError(
      "part_unavailable",
      `Cannot load a part of @dagsterpipes/pipes: ${reason}. ` +
        "Check that all of its files are deployed, and that the process may open more files " +
        "(ulimit -n). A script that is bundled into one file needs neither",
      { cause },
    );
  }
}
