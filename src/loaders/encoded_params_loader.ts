import { kindOf } from "../json/kinds.ts";
import { DagsterPipesError } from "../errors.ts";
import { inflateShort } from "../protocol/inflate.ts";
import {
  DAGSTER_PIPES_CONTEXT,
  DAGSTER_PIPES_MESSAGES,
  decodeParams,
} from "../protocol/params_codec.ts";
import type { PipesParams } from "../protocol/types.ts";
import { currentRuntime } from "../runtime/current.ts";
import type { PipesParamsLoader } from "../ports.ts";

/**
 * Two encoded parameters, from wherever a subclass reads them.
 *
 * @example Parameters in the headers of a request
 * ```ts
 * import { PipesEncodedParamsLoader } from "@dagsterpipes/pipes";
 * import { assertEquals } from "@std/assert";
 *
 * class HeaderParamsLoader extends PipesEncodedParamsLoader {
 *   #headers: Headers;
 *   constructor(headers: Headers) {
 *     super();
 *     this.#headers = headers;
 *   }
 *   protected override read(name: string) {
 *     return this.#headers.get(name.replaceAll("_", "-")) ?? undefined;
 *   }
 *   protected override describe(name: string) {
 *     return `the header ${name.replaceAll("_", "-")}`;
 *   }
 * }
 *
 * assertEquals(new HeaderParamsLoader(new Headers()).isDagsterPipesProcess(), false);
 * ```
 */
export abstract class PipesEncodedParamsLoader implements PipesParamsLoader {
  /** The value of a parameter, or `undefined` where it is missing. */
  protected abstract read(name: string): unknown;
  /** How a user knows the parameter, for error messages. */
  protected abstract describe(name: string): string;

  /**
   * Whether Dagster launched this process: one parameter is enough to say so, and the lack of the
   * other is then an error.
   */
  isDagsterPipesProcess(): boolean {
    return this.read(DAGSTER_PIPES_CONTEXT) !== undefined ||
      this.read(DAGSTER_PIPES_MESSAGES) !== undefined;
  }

  /**
   * Decodes the parameter of the context.
   *
   * @throws {DagsterPipesError} `params_missing` or `params_invalid`.
   */
  loadContextParams(): Promise<PipesParams> {
    return this.#load(DAGSTER_PIPES_CONTEXT, DAGSTER_PIPES_MESSAGES);
  }

  /**
   * Decodes the parameter of the messages.
   *
   * @throws {DagsterPipesError} `params_missing` or `params_invalid`.
   */
  loadMessagesParams(): Promise<PipesParams> {
    return this.#load(DAGSTER_PIPES_MESSAGES, DAGSTER_PIPES_CONTEXT);
  }

  async #load(name: string, other: string): Promise<PipesParams> {
    const value = this.read(name);
    const description = this.describe(name);
    if (value === undefined) {
      throw new DagsterPipesError(
        "params_missing",
        `Cannot find ${description}: Dagster gives two parameters, and ${
          this.describe(other)
        } alone is not enough. ` +
          "Pass on both, or neither to run without Dagster",
      );
    }
    if (typeof value !== "string") {
      throw new DagsterPipesError(
        "params_invalid",
        `Cannot decode ${description}: it must be a string, got ${kindOf(value)}`,
      );
    }
    const { inflate, isInflateReady } = currentRuntime();
    return await decodeParams(
      value,
      description,
      isInflateReady ? inflate : (bytes, most) => inflateShort(bytes) ?? inflate(bytes, most),
    );
  }
}
