import { isRecord, kindOf } from "../json/kinds.ts";
import { parsePythonJson } from "../json/python_json.ts";
import { assetKeyProblem } from "../protocol/asset_key.ts";
import type { RunPipesSessionOptions } from "../runner/types.ts";
import { currentRuntime } from "../runtime/current.ts";
import type { Arguments } from "./arguments.ts";

/** What `run` is to run, by its arguments. */
export function runOptions(read: Arguments): RunPipesSessionOptions {
  const assets = read.texts("asset");
  for (const key of assets) {
    const problem = assetKeyProblem(key);
    if (problem !== undefined) read.refuse(`--asset ${problem}, got ${JSON.stringify(key)}`);
  }
  const extras = readExtras(read);
  return {
    command: read.command,
    assetKeys: assets.length > 0 ? assets : undefined,
    checks: read.texts("check"),
    extras,
    ...partitions(read),
    retryNumber: retryNumber(read),
    contextFile: read.text("context"),
    messages: channel(read),
    timeoutSeconds: read.seconds("timeout"),
    stdio: "capture",
  };
}

function channel(read: Arguments): RunPipesSessionOptions["messages"] {
  const where = read.text("channel");
  if (where === undefined || where === "file" || where === "stdout" || where === "stderr") {
    return where;
  }
  return read.refuse(`--channel must be file, stdout or stderr, got ${JSON.stringify(where)}`);
}

function retryNumber(read: Arguments): number | undefined {
  const text = read.text("retry");
  if (text === undefined || /^\d{1,15}$/.test(text)) {
    return text === undefined ? text : Number(text);
  }
  return read.refuse(`--retry must be a whole number, got ${JSON.stringify(text)}`);
}

function partitions(
  read: Arguments,
): Pick<RunPipesSessionOptions, "partitionKey" | "partitionKeyRange"> {
  const text = read.text("partition");
  if (text === undefined) return {};
  const [, start, end] = /^(.+?)\.\.(.+)$/.exec(text) ?? [];
  if (start === undefined && text.includes("..") || text === "") {
    read.refuse(`--partition must be a key, or FROM..TO, got ${JSON.stringify(text)}`);
  }
  return start === undefined || end === undefined
    ? { partitionKey: text }
    : { partitionKeyRange: { start, end } };
}

function readExtras(read: Arguments): unknown {
  const given = read.text("extras");
  const extras = given === undefined ? undefined : parseExtras(read, given);
  const more = read.texts("extra").map((text) => {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (name !== undefined && value !== undefined) return [name, valueOf(value)] as const;
    return read.refuse(`--extra must be like NAME=VALUE, got ${JSON.stringify(text)}`);
  });
  if (more.length === 0) return extras;
  if (extras === undefined || isRecord(extras)) return { ...extras, ...Object.fromEntries(more) };
  return read.refuse(`--extra adds to an object, and --extras is ${kindOf(extras)}`);
}

/** JSON, or the content of a file. */
function parseExtras(read: Arguments, given: string): unknown {
  const isJson = /^\s*[[{"]/.test(given);
  let text = given;
  try {
    if (!isJson) text = currentRuntime().readText(given);
    return parsePythonJson(text);
  } catch (error) {
    const what = isJson
      ? "--extras is no JSON"
      : `--extras cannot be read from the file "${given}"`;
    return read.refuse(`${what}: ${error instanceof Error ? error.message : error}`);
  }
}

/** What is no JSON is text. */
function valueOf(text: string): unknown {
  try {
    return parsePythonJson(text);
  } catch {
    return text;
  }
}
