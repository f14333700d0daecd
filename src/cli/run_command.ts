import { type ExitStatus, TIMEOUT_EXIT_CODE } from "../process/exit_status.ts";
import { Watchdog } from "../process/watchdog.ts";
import { LocalDagster } from "../runner/local_dagster.ts";
import type { RunEvent, RunPipesSessionOptions } from "../runner/types.ts";
import { nextChange } from "./watch_folder.ts";
import type { Arguments } from "./arguments.ts";
import { runOptions } from "./run_options.ts";
import { eventPrinter } from "./show/print_event.ts";

/** Files that programs are written in. */
const SOURCE = /\.(?:[cm]?[jt]sx?|py|sh|sql|r|rb|go|rs|java|kt)$/i;

/** Runs `run`. */
export async function runCommand(read: Arguments): Promise<ExitStatus> {
  const options = runOptions(read);
  const print = eventPrinter(read.flag("json"));
  const run = (watch: Watchdog) => runOnce(options, watch, print, read.flag("strict"));
  const { timeoutSeconds } = options;
  return await (read.flag("watch")
    ? runAtEachChange(run, timeoutSeconds)
    : run(new Watchdog({ timeoutSeconds })));
}

async function runOnce(
  options: RunPipesSessionOptions,
  watch: Watchdog,
  print: (event: RunEvent) => void,
  isStrict: boolean,
): Promise<ExitStatus> {
  watch.listen();
  try {
    const dagster = new LocalDagster(options, watch, print);
    const end = await dagster.run();
    if (watch.isTimedOut) return { code: TIMEOUT_EXIT_CODE };
    if (end.signal !== null) return { signal: end.signal };
    const isFailed = !end.ok || isStrict && dagster.recording.problems.length > 0;
    return { code: end.code === 0 && isFailed ? 1 : end.code ?? 1 };
  } finally {
    watch.stop();
  }
}

/** Runs again and again, until a run is cancelled. */
async function runAtEachChange(
  run: (watch: Watchdog) => Promise<ExitStatus>,
  timeoutSeconds: number | undefined,
): Promise<ExitStatus> {
  for (;;) {
    const watch = new Watchdog({ timeoutSeconds });
    const waiting = new AbortController();
    let isChanged = false;
    const change = nextChange(".", (name) => SOURCE.test(name), waiting.signal).then(() => {
      isChanged = true;
      watch.cancel("SIGINT");
    });
    const result = await run(watch);
    if (watch.cancelledBy !== undefined && !isChanged) {
      waiting.abort();
      return result;
    }
    await change;
  }
}
