import { currentRuntime } from "../runtime/current.ts";
import { PipesEncodedParamsLoader } from "./encoded_params_loader.ts";

/**
 * Reads the parameters from the environment variables `DAGSTER_PIPES_CONTEXT` and
 * `DAGSTER_PIPES_MESSAGES`, which is where `PipesSubprocessClient` and most other clients put them.
 * This is the default.
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
