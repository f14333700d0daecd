import { currentRuntime } from "../runtime/current.ts";
import { PipesEncodedParamsLoader } from "./encoded_params_loader.ts";

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
