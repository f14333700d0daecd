import { type ExitStatus, TIMEOUT_EXIT_CODE } from "../process/exit_status.ts";
import { Watchdog } from "../process/watchdog.ts";
import { LocalDagster } from "../runner/local_dagster.ts";
import { checkRunOptions } from "../runner/run_pipes_session.ts";
import type { RunPipesSessionOptions } from "../runner/types.ts";
import { loadPart } from "../runtime/load_part.ts";
import type { CommandArguments } from "./command_arguments.ts";
import { rethrowRunnerError, runnerOptions } from "./run_options.ts";
import { EventPrinter } from "./show/event_printer.ts";

/** The exit code for output without a reader, as a shell reports SIGPIPE. */
const CLOSED_PIPE_EXIT_CODE = 141;

/** Runs a script without Dagster, as the arguments of `run` say. */
export async function runScriptCommand(read: CommandArguments): Promise<ExitStatus> {
  const options = runnerOptions(read);
  try {
    checkRunOptions(options);
    const makeWatchdog = (): Watchdog => new Watchdog(options);
    const runOnce = (watchdog: Watchdog): Promise<ExitStatus> => runScript(read, options, watchdog);
    if (!read.flag("watch")) return await runOnce(makeWatchdog());
    const { runAtEachChange } = await loadPart(() => import("./run_at_each_change.ts"));
    return await runAtEachChange(".", makeWatchdog, runOnce);
  } catch (error) {
    return rethrowRunnerError(read, error);
  }
}

async function runScript(
  read: CommandArguments,
  options: RunPipesSessionOptions,
  watchdog: Watchdog,
): Promise<ExitStatus> {
  const printer = new EventPrinter();
  const isJson = read.flag("json");
  watchdog.listen();
  try {
    const dagster = new LocalDagster(options, watchdog, async (event) => {
      // It ends like any command of a pipeline whose reader is gone.
      const hasReader = await (isJson ? printer.printJson(event) : printer.print(event));
      if (!hasReader) watchdog.cancel("SIGINT");
    });
    const end = await dagster.run();
    // A reader that stopped reading must not keep a cancelled run.
    const hasReader = await Promise.race([printer.printed, watchdog.killed]);
    if (hasReader === false) return { code: CLOSED_PIPE_EXIT_CODE };
    if (watchdog.isTimedOut) return { code: TIMEOUT_EXIT_CODE };
    const signal = end.signal ?? (hasReader === true ? undefined : watchdog.cancelledBy);
    if (signal !== undefined) return { signal };
    const isFailed = !end.ok || read.flag("strict") && dagster.recording.problems.length > 0;
    return { code: end.code === 0 && isFailed ? 1 : end.code ?? 1 };
  } finally {
    watchdog.stop();
  }
}
