import { DagsterPipesError } from "../errors.ts";
import { kindOf } from "../json/kinds.ts";
import type { PipesParamsLoader } from "../ports.ts";
import {
  DAGSTER_PIPES_CONTEXT,
  DAGSTER_PIPES_MESSAGES,
  decodeParams,
} from "../protocol/params_codec.ts";
import type { PipesParams } from "../protocol/types.ts";
import { currentRuntime } from "../runtime/current.ts";

/**
 * Loads the two encoded parameters from a place that a subclass reads.
 *
 * @example Parameters in the headers of a request
 * ```ts
 * import { PipesEncodedParamsLoader } from "@dagsterpipes/pipes";
 * import { assertEquals } from "@std/assert";
 *
 * const headers = new Headers();
 *
 * class HeaderParamsLoader extends PipesEncodedParamsLoader {
 *   protected override read(name: string) {
 *     return headers.get(name.replaceAll("_", "-")) ?? undefined;
 *   }
 *   protected override describe(name: string) {
 *     return `the header ${name.replaceAll("_", "-")}`;
 *   }
 * }
 *
 * assertEquals(new HeaderParamsLoader().isDagsterPipesProcess(), false);
 * ```
 */
export abstract class PipesEncodedParamsLoader implements PipesParamsLoader {
  /** Returns the value of a parameter, or `undefined` if it is missing. */
  protected abstract read(name: string): unknown;
  /** Returns how error messages call a parameter. */
  protected abstract describe(name: string): string;

  /**
   * Whether Dagster launched this process: if at least one parameter is there. If the other one is
   * missing, loading it is an error.
   *
   * @returns Whether there is a parameter.
   */
  isDagsterPipesProcess(): boolean {
    return this.read(DAGSTER_PIPES_CONTEXT) !== undefined ||
      this.read(DAGSTER_PIPES_MESSAGES) !== undefined;
  }

  /**
   * Decodes the parameter of the context.
   *
   * @returns The params of the context loader.
   * @throws {DagsterPipesError} `params_missing` or `params_invalid`.
   */
  loadContextParams(): Promise<PipesParams> {
    return this.#load(DAGSTER_PIPES_CONTEXT, DAGSTER_PIPES_MESSAGES);
  }

  /**
   * Decodes the parameter of the messages.
   *
   * @returns The params of the message writer.
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
        `Cannot find ${description}: Dagster passes two parameters, and ${
          this.describe(other)
        } alone is not enough. Pass on both, or neither to run without Dagster`,
      );
    }
    if (typeof value !== "string") {
      throw new DagsterPipesError(
        "params_invalid",
        `Cannot decode ${description}: it must be a string, got ${kindOf(value)}`,
      );
    }
    return await decodeParams(value, description, currentRuntime().inflate);
  }
}
