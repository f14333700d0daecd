import { DagsterPipesError } from "../errors.ts";
import { isRecord } from "../json/kinds.ts";
import type { PipesContextLoader } from "../ports.ts";
import {
  CONTEXT_PARAMS,
  missingParams,
  requireStringParam,
  wrongParam,
} from "../protocol/params_checks.ts";
import type { PipesParams } from "../protocol/types.ts";
import { currentRuntime } from "../runtime/current.ts";
import { toPipesError } from "../runtime/system_error.ts";

const BYTE_ORDER_MARK = "\ufeff";

/**
 * Loads the context from a file, or from the parameter itself: from the `path` or the `data` that
 * Dagster's `PipesTempFileContextInjector`, `PipesFileContextInjector` and
 * `PipesEnvContextInjector` pass. This is the default.
 *
 * @example
 * ```ts
 * import { PipesDefaultContextLoader } from "@dagsterpipes/pipes";
 * import { assertEquals } from "@std/assert";
 *
 * const loader = new PipesDefaultContextLoader();
 * assertEquals(loader.loadContext({ data: { run_id: "7f3c" } }), { run_id: "7f3c" });
 * ```
 */
export class PipesDefaultContextLoader implements PipesContextLoader {
  /**
   * Loads the context.
   *
   * @param params `{ path }`, the path of the file, or `{ data }`, the context itself.
   * @returns The text of the file, or the data.
   * @throws {DagsterPipesError} `params_invalid` for other params, `context_unavailable` if the
   * file cannot be read, `context_invalid` if it is not UTF-8.
   */
  loadContext(params: PipesParams): string | Record<string, unknown> {
    if (params.path !== undefined) {
      return readLocalContext(requireStringParam(params, "path", CONTEXT_PARAMS));
    }
    if (isRecord(params.data)) return params.data;
    throw params.data === undefined
      ? missingParams(params, 'a "path" or "data"', CONTEXT_PARAMS)
      : wrongParam(params, "data", "an object", CONTEXT_PARAMS);
  }
}

function readLocalContext(path: string): string {
  const runtime = currentRuntime();
  const special = runtime.specialFileAt(path);
  if (special !== undefined) {
    throw new DagsterPipesError(
      "context_unavailable",
      `Cannot read the context file "${path}": it is a ${special}, not a file. Pass the path of a file to Dagster's context injector`,
    );
  }
  try {
    const text = runtime.readText(path);
    if (text.includes("\ufffd")) requireUtf8(runtime.readFile(path), path);
    return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  } catch (cause) {
    throw toPipesError("context_unavailable", `Cannot read the context file "${path}"`, cause);
  }
}

/** Refuses bytes that are not UTF-8. A text may contain U+FFFD of its own. */
function requireUtf8(bytes: Uint8Array, path: string): void {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new DagsterPipesError(
      "context_invalid",
      `Cannot read the context file "${path}": it is not UTF-8 text`,
      { cause },
    );
  }
}
