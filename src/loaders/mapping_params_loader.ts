import { DagsterPipesError } from "../errors.ts";
import { kindOf } from "../json/kinds.ts";
import { PipesEncodedParamsLoader } from "./encoded_params_loader.ts";

/**
 * Loads the parameters from the keys `DAGSTER_PIPES_CONTEXT` and `DAGSTER_PIPES_MESSAGES` of an
 * object, such as the event of an AWS Lambda function. Other keys are ignored.
 *
 * @example
 * ```ts
 * import { PipesMappingParamsLoader, withDagsterPipes } from "@dagsterpipes/pipes";
 *
 * export async function handler(event: Record<string, unknown>) {
 *   const paramsLoader = new PipesMappingParamsLoader(event);
 *   await withDagsterPipes({ paramsLoader }, (pipes) => pipes.log("Hello"));
 * }
 * ```
 */
export class PipesMappingParamsLoader extends PipesEncodedParamsLoader {
  readonly #mapping: Readonly<Record<string, unknown>>;

  /**
   * Creates a loader.
   *
   * @param mapping The object that has the two keys.
   * @throws {DagsterPipesError} `invalid_argument` if it is not an object.
   */
  constructor(mapping: Readonly<Record<string, unknown>>) {
    super();
    if (typeof mapping !== "object" || mapping === null) {
      throw new DagsterPipesError(
        "invalid_argument",
        `PipesMappingParamsLoader takes an object, such as the event of a function, got ${
          kindOf(mapping)
        }`,
      );
    }
    this.#mapping = mapping;
  }

  /** @ignore */
  protected override read(name: string): unknown {
    return this.#mapping[name];
  }

  /** @ignore */
  protected override describe(name: string): string {
    return `the key ${name} of the mapping`;
  }
}
