import { DagsterPipesError } from "../errors.ts";
import { kindOf } from "../json/kinds.ts";
import type { PipesContextLoader } from "../ports.ts";
import type { PipesParams } from "../protocol/types.ts";
import type { PipesStoreObject } from "./chunk_store.ts";
import { Persistence, SURROUNDINGS } from "./persistence.ts";
import { isLasting, storeFailure } from "./store_error.ts";

/** How long to go on trying, in milliseconds. */
const DEADLINE = 60_000;

/**
 * Reads the context from a store: what the loaders for S3, GCS and Azure are made of, for a store of
 * one's own.
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
   * Makes a loader.
   *
   * @param openObject Makes, of the params of Dagster's context injector, what gets the context.
   * Throws where they are not what it needs.
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
   * @throws {DagsterPipesError} `params_invalid` for params of another injector,
   * `context_unavailable` where it cannot be read.
   */
  async loadContext(params: PipesParams): Promise<string> {
    const object = this.#openObject(params);
    const name = `read the context at ${object.name}`;
    const over = new AbortController();
    const persistence = new Persistence(SURROUNDINGS, over.signal);
    persistence.setUrgent(true);
    const cancel = SURROUNDINGS.clock.after(DEADLINE, () => over.abort(), true);
    try {
      const content = await persistence.try(
        name,
        (signal) => object.download({ signal }),
        isLasting,
      );
      return typeof content === "string" ? content : decoded(content, object.name);
    } catch (error) {
      throw storeFailure("context_unavailable", { name, right: object.readRight }, error);
    } finally {
      cancel();
    }
  }
}

function decoded(bytes: Uint8Array, name: string): string {
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
