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

/**
 * Loads the parameters from the environment variables `DAGSTER_PIPES_CONTEXT` and
 * `DAGSTER_PIPES_MESSAGES`, which `PipesSubprocessClient` and most other clients set. This is the
 * default.
 *
 * @example
 * ```ts
 * import { PipesEnvVarParamsLoader, withDagsterPipes } from "@dagsterpipes/pipes";
 *
 * await withDagsterPipes({ paramsLoader: new PipesEnvVarParamsLoader() }, (pipes) => pipes.log("Hello"));
 * ```
 */
export class PipesEnvVarParamsLoader extends PipesEncodedParamsLoader {
  /** @ignore */
  protected override read(name: string): string | undefined {
    return currentRuntime().env(name);
  }

  /** @ignore */
  protected override describe(name: string): string {
    return `the environment variable ${name}`;
  }
}

/**
 * Loads the parameters from the command line: `--dagster-pipes-context VALUE` and
 * `--dagster-pipes-messages VALUE`, or `--name=VALUE`. Dagster's
 * `PipesSession.get_bootstrap_cli_arguments` returns them.
 *
 * @example
 * ```ts
 * import { PipesCliArgsParamsLoader, withDagsterPipes } from "@dagsterpipes/pipes";
 *
 * await withDagsterPipes({ paramsLoader: new PipesCliArgsParamsLoader() }, (pipes) => pipes.log("Hello"));
 * ```
 */
export class PipesCliArgsParamsLoader extends PipesEncodedParamsLoader {
  /** @ignore */
  protected override read(name: string): string | undefined {
    const option = optionFor(name);
    const args = currentRuntime().args();
    // The last one counts, as in Python's `argparse`.
    const index = args.findLastIndex((arg) => arg === option || arg.startsWith(`${option}=`));
    if (index < 0) return undefined;
    if (args[index] !== option) return args[index]!.slice(option.length + 1);
    const value = args[index + 1];
    if (value === undefined || value.startsWith("--")) {
      throw new DagsterPipesError(
        "params_missing",
        `Cannot find the value of ${option}: no value follows it`,
      );
    }
    return value;
  }

  /** @ignore */
  protected override describe(name: string): string {
    return `the command-line argument ${optionFor(name)}`;
  }
}

function optionFor(name: string): string {
  return `--${name.toLowerCase().replaceAll("_", "-")}`;
}

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
