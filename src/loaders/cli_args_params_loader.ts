import { DagsterPipesError } from "../errors.ts";
import { currentRuntime } from "../runtime/current.ts";
import { PipesEncodedParamsLoader } from "./encoded_params_loader.ts";

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
