import type { SuperviseResult } from "../launcher/supervise_options.ts";
import { Watch } from "../process/watch.ts";
import type { RunPipesSessionOptions } from "../runner/run_options.ts";
import { checkRunOptions } from "../runner/run_pipes_session.ts";
import { SessionRun } from "../runner/session_run.ts";
import { currentRuntime } from "../runtime/current.ts";
import { loadPart } from "../runtime/load_part.ts";
import type { CommandArguments } from "./command_arguments.ts";
import { rethrowRunnerError, runnerOptions } from "./run_options.ts";
import { printEvent, printEventJson } from "./show/print_event.ts";

/** The exit code of a command whose time was up, as of the command `timeout`. */
const RUN_TIMEOUT_EXIT_CODE = 124;

/** The exit code for output without a reader, as a shell reports SIGPIPE. */
const CLOSED_PIPE_EXIT_CODE = 141;

/** Runs a script without Dagster, as the arguments of `run` say. */
export async function runScriptCommand(read: CommandArguments): Promise<SuperviseResult> {
  const options = runnerOptions(read);
  try {
    checkRunOptions(options);
    const { timeoutSeconds, graceSeconds } = options;
    const makeWatch = (): Watch => new Watch(timeoutSeconds, graceSeconds);
    const runOnce = (watch: Watch): Promise<SuperviseResult> => runScript(read, options, watch);
    if (!read.flag("watch")) return await runOnce(makeWatch());
    const { runAtEachChange } = await loadPart(() => import("./run_at_each_change.ts"));
    return await runAtEachChange(".", makeWatch, runOnce);
  } catch (error) {
    return rethrowRunnerError(read, error);
  }
}

async function runScript(
  read: CommandArguments,
  options: RunPipesSessionOptions,
  watch: Watch,
): Promise<SuperviseResult> {
  const print = read.flag("json") ? printEventJson : printEvent;
  let hasReader = true;
  watch.listen(currentRuntime());
  try {
    const run = new SessionRun(options, watch, (event) => {
      hasReader &&= print(event);
      // It ends like any command of a pipeline whose reader is gone.
      if (!hasReader) watch.cancel("SIGINT");
    });
    const { problems, end } = await run.run();
    if (!hasReader) return { code: CLOSED_PIPE_EXIT_CODE };
    if (watch.isTimedOut) return { code: RUN_TIMEOUT_EXIT_CODE };
    if (end.signal !== null) return { signal: end.signal };
    const isFailed = !end.ok || read.flag("strict") && problems.length > 0;
    return { code: end.code === 0 && isFailed ? 1 : end.code ?? 1 };
  } finally {
    watch.stop();
  }
}
