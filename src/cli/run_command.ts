import { isRecord, kindOf } from "../json/kinds.ts";
import { parsePythonJson } from "../json/read_json.ts";
import { type ExitStatus, TIMEOUT_EXIT_CODE } from "../process/exit_status.ts";
import { Watchdog } from "../process/watchdog.ts";
import { LocalDagster } from "../runner/local_dagster.ts";
import { checkRunOptions, type RunPipesSessionOptions } from "../runner/run_pipes_session.ts";
import { currentRuntime } from "../runtime/current.ts";
import { printable } from "../runtime/notice.ts";
import type { CommandArguments } from "./command_arguments.ts";
import { runAtEachChange } from "./run_at_each_change.ts";
import { EventView, printLines } from "./show/event_view.ts";
import { exactJson } from "./show/exact_json.ts";

/** The exit code if nothing reads stdout any more: that of a shell for SIGPIPE. */
const CLOSED_PIPE_EXIT_CODE = 141;

export async function runScriptCommand(read: CommandArguments): Promise<ExitStatus> {
  const options = runnerOptions(read);
  try {
    checkRunOptions(options);
    const run = (watchdog: Watchdog): Promise<ExitStatus> => runScript(read, options, watchdog);
    if (!read.flag("watch")) return await run(new Watchdog(options));
    return await runAtEachChange(".", () => new Watchdog(options), run);
  } catch (error) {
    return read.rethrow(error);
  }
}

async function runScript(
  read: CommandArguments,
  options: RunPipesSessionOptions,
  watchdog: Watchdog,
): Promise<ExitStatus> {
  const view = new EventView();
  const isJson = read.flag("json");
  let printed = Promise.resolve(true);
  watchdog.listen();
  try {
    const dagster = new LocalDagster(options, watchdog, async (event) => {
      printed = printLines(isJson ? [printable(exactJson(event))] : view.linesOf(event));
      // Without a reader, it ends like any command of a pipeline.
      if (!await printed) watchdog.cancel("SIGINT");
    });
    const end = await dagster.run();
    // A reader that does not read must not delay the end of a cancelled run.
    const hasReader = await Promise.race([printed, watchdog.killed]);
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

/** The runner checks these options. */
function runnerOptions(read: CommandArguments): unknown {
  const assetKeys = read.texts("asset");
  const partitionKey = read.text("partition");
  const isRange = partitionKey === "" || partitionKey?.includes("..");
  return {
    command: read.words,
    assetKeys: assetKeys.length > 0 ? assetKeys : undefined,
    checks: read.texts("check"),
    extras: extrasArgument(read),
    ...isRange
      ? { partitionKeyRange: rangeArgument(read, "partition", "a key, or FROM..TO") }
      : { partitionKey },
    partitionTimeWindow: rangeArgument(read, "window", "START..END"),
    retryNumber: read.number("retry", "a whole number"),
    contextFile: read.text("context"),
    messages: read.text("messages"),
    timeoutSeconds: read.number("timeout", "a number of seconds"),
    graceSeconds: read.number("grace", "a number of seconds"),
    stdio: "capture",
  };
}

function rangeArgument(
  read: CommandArguments,
  name: string,
  expected: string,
): RunPipesSessionOptions["partitionKeyRange"] {
  const text = read.text(name);
  if (text === undefined) return undefined;
  const [, start, end] = /^(.+?)\.\.(.+)$/.exec(text) ?? [];
  return start === undefined || end === undefined
    ? read.refuse(`--${name} must be ${expected}, got ${JSON.stringify(text)}`)
    : { start, end };
}

function extrasArgument(read: CommandArguments): unknown {
  const given = read.text("extras");
  const extras = given === undefined ? undefined : parseExtras(read, given);
  const more = read.texts("extra").map((text) => {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (name !== undefined && value !== undefined) return [name, jsonOrText(value)] as const;
    return read.refuse(`--extra must be like NAME=VALUE, got ${JSON.stringify(text)}`);
  });
  if (more.length === 0) return extras;
  if (extras === undefined || isRecord(extras)) return { ...extras, ...Object.fromEntries(more) };
  return read.refuse(`--extra needs --extras to be an object, got ${kindOf(extras)}`);
}

function parseExtras(read: CommandArguments, given: string): unknown {
  const isJson = /^\s*[[{"]/.test(given);
  try {
    return parsePythonJson(isJson ? given : currentRuntime().readText(given));
  } catch (error) {
    const what = isJson
      ? "--extras is not valid JSON"
      : `--extras cannot be read from the file ${JSON.stringify(given)}`;
    return read.refuse(`${what}: ${error instanceof Error ? error.message : error}`);
  }
}

function jsonOrText(text: string): unknown {
  try {
    return parsePythonJson(text);
  } catch {
    return text;
  }
}
