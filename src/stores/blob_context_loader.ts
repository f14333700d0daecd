import { DagsterPipesError } from "../errors.ts";
import { kindOf } from "../json/kinds.ts";
import type { PipesContextLoader } from "../ports.ts";
import type { PipesParams } from "../protocol/types.ts";
import type { PipesStoreObject } from "./chunks/chunk_store.ts";
import { SYSTEM_ENVIRONMENT } from "./chunks/environment.ts";
import { Retry } from "./chunks/retry.ts";
import { isLasting, toStoreError } from "./chunks/store_error.ts";

/** How long a context that cannot be read is tried again. */
const DEADLINE_MS = 60_000;

/**
 * Reads the context from a store. The loaders for S3, GCS and Azure are made of it.
 *
 * @example
 * ```ts
 * import { PipesBlobStoreContextLoader } from "@dagsterpipes/pipes/stores";
 * import { assertEquals } from "@std/assert";
 *
 * const objects: Record<string, string> = { "run-7f3c/context.json": '{"run_id": "7f3c"}' };
 * const loader = new PipesBlobStoreContextLoader(({ key }) => ({
 *   name: `the object ${key}`,
 *   download: () => Promise.resolve(objects[String(key)] ?? ""),
 * }));
 * assertEquals(await loader.loadContext({ key: "run-7f3c/context.json" }), '{"run_id": "7f3c"}');
 * ```
 */
export class PipesBlobStoreContextLoader implements PipesContextLoader {
  readonly #openObject: (params: PipesParams) => PipesStoreObject;

  /**
   * Creates a loader.
   *
   * @param openObject Opens the object with the context, from the params of Dagster's context
   * injector. It throws if they are not what it needs.
   * @throws {DagsterPipesError} `invalid_argument` if it is not a function.
   */
  constructor(openObject: (params: PipesParams) => PipesStoreObject) {
    if (typeof openObject !== "function") {
      throw new DagsterPipesError(
        "invalid_argument",
        `A context loader for a store takes a function that opens it, got ${kindOf(openObject)}`,
      );
    }
    this.#openObject = openObject;
  }

  /**
   * Reads the context.
   *
   * @param params Those of Dagster's context injector.
   * @returns The text.
   * @throws {DagsterPipesError} `params_invalid` if they are those of another injector,
   * `context_unavailable` if it cannot be read, `context_invalid` if it is not text.
   */
  async loadContext(params: PipesParams): Promise<string> {
    const object = this.#openObject(params);
    const action = `read the context at ${object.name}`;
    const giveUp = new AbortController();
    const retry = new Retry(SYSTEM_ENVIRONMENT, giveUp.signal);
    retry.setUrgent(true);
    const cancel = SYSTEM_ENVIRONMENT.clock.after(DEADLINE_MS, () => giveUp.abort(), true);
    try {
      const content = await retry.run(action, (signal) => object.download({ signal }), isLasting);
      return typeof content === "string" ? content : decodeContext(content, object.name);
    } catch (error) {
      throw toStoreError("context_unavailable", action, error, object.readRight);
    } finally {
      cancel();
    }
  }
}

function decodeContext(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new DagsterPipesError(
      "context_invalid",
      `Cannot read the context at ${name}: it is not UTF-8 text`,
      { cause },
    );
  }
}
