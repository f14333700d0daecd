import { DagsterPipesError } from "../errors.ts";
import { isRecord, kindOf } from "../json/kinds.ts";
import { parsePythonJson } from "../json/python_json.ts";
import type { RunPipesSessionOptions } from "../runner/types.ts";
import { currentRuntime } from "../runtime/current.ts";
import type { CommandArguments } from "./command_arguments.ts";

/** The options of the command line that set those of the runner, for its errors. */
const FLAG_OF_OPTION: Readonly<Partial<Record<keyof RunPipesSessionOptions, string>>> = {
  assetKeys: "--asset",
  checks: "--check",
  extras: "--extras",
  partitionKey: "--partition",
  partitionKeyRange: "--partition FROM..TO",
  partitionTimeWindow: "--window",
  retryNumber: "--retry",
  contextFile: "--context",
  messages: "--messages",
  timeoutSeconds: "--timeout",
  graceSeconds: "--grace",
};

/** The options of the runner, as the arguments of `run` have them. The runner checks them. */
export function runnerOptions(read: CommandArguments): unknown {
  const assetKeys = read.texts("asset");
  return {
    command: read.words,
    assetKeys: assetKeys.length > 0 ? assetKeys : undefined,
    checks: read.texts("check"),
    extras: extrasArgument(read),
    ...partitionArgument(read),
    partitionTimeWindow: rangeArgument(read, "window", "START..END"),
    retryNumber: read.number("retry", "a whole number"),
    contextFile: read.text("context"),
    messages: read.text("messages"),
    timeoutSeconds: read.number("timeout", "a number of seconds"),
    graceSeconds: read.number("grace", "a number of seconds"),
    stdio: "capture",
  };
}

/** Throws an error of the runner again. If it refuses an option, in terms of the command line. */
export function rethrowRunnerError(read: CommandArguments, error: unknown): never {
  if (!(error instanceof DagsterPipesError) || error.code !== "invalid_argument") throw error;
  let text = error.message.replace(/^Cannot use the options of \w+: /, "");
  for (const [name, flag] of Object.entries(FLAG_OF_OPTION)) {
    // A name of one lower-case word may also be a word of the sentence.
    const place = /[A-Z]/.test(name) ? "\\b" : "(?<=^|[:;] )";
    text = text.replace(new RegExp(`${place}${name}\\b(?:\\[\\d+\\])?:?`, "g"), flag);
  }
  return read.refuse(text);
}

function partitionArgument(read: CommandArguments): Partial<RunPipesSessionOptions> {
  const partitionKey = read.text("partition");
  return partitionKey === "" || partitionKey?.includes("..")
    ? { partitionKeyRange: rangeArgument(read, "partition", "a key, or FROM..TO") }
    : { partitionKey };
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

/** Parses JSON, or the content of a file. */
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
