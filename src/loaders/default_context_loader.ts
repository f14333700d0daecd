import { isRecord } from "../json/kinds.ts";
import { DagsterPipesError } from "../errors.ts";
import {
  CONTEXT_PARAMS,
  missingParams,
  requireStringParam,
  wrongParam,
} from "../protocol/params_codec.ts";
import type { PipesParams } from "../protocol/types.ts";
import { currentRuntime } from "../runtime/current.ts";
import { toPipesError } from "../runtime/system_error.ts";
import type { PipesContextLoader } from "../ports.ts";

const BYTE_ORDER_MARK = "\ufeff";

/**
 * Reads the context from a file, or from the parameter itself: the `path` or the `data` that
 * Dagster's `PipesTempFileContextInjector`, `PipesFileContextInjector` and
 * `PipesEnvContextInjector` give. This is the default.
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
   * Reads the context.
   *
   * @param params `{ path }`: the file's path; or `{ data }`: the context itself.
   * @returns The text of the file, or the data.
   * @throws {DagsterPipesError} `params_invalid` for other params, `context_unavailable` where the
   * file cannot be read.
   */
  loadContext(params: PipesParams): string | Record<string, unknown> {
    if (params.path !== undefined) {
      return readText(requireStringParam(params, "path", CONTEXT_PARAMS));
    }
    if (isRecord(params.data)) return params.data;
    throw params.data === undefined
      ? missingParams(params, 'a "path" or "data"', CONTEXT_PARAMS)
      : wrongParam(params, "data", "an object", CONTEXT_PARAMS);
  }
}

function readText(path: string): string {
  const runtime = currentRuntime();
  const special = runtime.specialFileAt(path);
  if (special !== undefined) {
    throw new DagsterPipesError(
      "context_unavailable",
      `Cannot read the context file "${path}": it is no file, but a ${special}. Give Dagster's context injector the path of a file`,
    );
  }
  try {
    const text = runtime.readText(path);
    if (text.includes("\ufffd")) refuseOtherBytes(runtime.readFile(path), path);
    return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  } catch (cause) {
    throw toPipesError("context_unavailable", `Cannot read the context file "${path}"`, cause);
  }
}

/**
 * A runtime that reads text puts U+FFFD where the bytes are no UTF-8, and it may stand in the text
 * itself.
 */
function refuseOtherBytes(bytes: Uint8Array, path: string): void {
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
