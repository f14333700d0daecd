import { isRecord, kindOf } from "../json/kinds.ts";
import { DagsterPipesError } from "../errors.ts";
import { loadPart } from "../runtime/load_part.ts";
import { adler32, checksumOf } from "./inflate.ts";
import { parsePythonJson } from "../json/python_json.ts";
import type { PipesParams } from "./types.ts";

/** The name of the parameter that says where the context lies. */
export const DAGSTER_PIPES_CONTEXT = "DAGSTER_PIPES_CONTEXT";

/** The name of the parameter that says where messages go. */
export const DAGSTER_PIPES_MESSAGES = "DAGSTER_PIPES_MESSAGES";

/**
 * The most bytes that a parameter unpacks to: those of Dagster have less than 1 MB, but the context
 * may be in it.
 */
const MOST_BYTES = 256 * 1024 * 1024;

/** Packs bytes as zlib data. */
type Deflate = (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>;

/** Unpacks zlib data; a `RangeError` says that there are more bytes than `most`. */
type Inflate = (bytes: Uint8Array, most: number) => Uint8Array | Promise<Uint8Array>;

/**
 * How many bytes are packed without the runtime's own code: to load that takes 2 ms on Node, 4 on
 * Deno and 10 on Bun.
 */
const SHORT = 1024;

/** Encodes a parameter as Dagster does: JSON, packed by zlib, in base64. */
export async function encodeParams(params: PipesParams, deflate: Deflate): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(params));
  const packed = bytes.length < SHORT ? stored(bytes) : await deflate(bytes);
  if (packed.toBase64 !== undefined) return packed.toBase64();
  const { encodeBase64 } = await loadPart(() => import("@std/encoding/base64"));
  // A copy: `encodeBase64` works in a `slice()` of what it is given, and that of Node's `Buffer`
  // shares its memory.
  return encodeBase64(new Uint8Array(packed));
}

/** Zlib data of one block that holds the bytes as they are (RFC 1950, 1951). */
function stored(bytes: Uint8Array): Uint8Array {
  const packed = new Uint8Array(bytes.length + 11);
  const view = new DataView(packed.buffer);
  // A header, that this is the last block, and twice its length.
  packed.set([0x78, 0x01, 0x01]);
  view.setUint16(3, bytes.length, true);
  view.setUint16(5, ~bytes.length, true);
  packed.set(bytes, 7);
  view.setUint32(packed.length - 4, adler32(bytes));
  return packed;
}

/**
 * Decodes a parameter: the inverse of {@linkcode encodeParams}.
 *
 * @param value The encoded parameter.
 * @param source Where it came from, to name in an error.
 * @param inflate Unpacks zlib data.
 */
export async function decodeParams(
  value: string,
  source: string,
  inflate: Inflate,
): Promise<PipesParams> {
  const fail = (what: string, cause?: unknown): never => {
    throw new DagsterPipesError(
      "params_invalid",
      `Cannot decode ${source}: it ${what}. Pass it on exactly as Dagster made it (JSON, packed by zlib, in base64)`,
      cause === undefined ? undefined : { cause },
    );
  };

  const trimmed = value.trim();
  if (trimmed === "") fail("is empty");
  let packed: Uint8Array;
  try {
    // The newest runtimes decode base64 themselves, at a tenth of what it costs to load code for
    // it.
    packed = Uint8Array.fromBase64?.(trimmed) ??
      (await loadPart(() => import("@std/encoding/base64"))).decodeBase64(trimmed);
  } catch (cause) {
    if (cause instanceof DagsterPipesError) throw cause;
    return fail("is not base64", cause);
  }
  const isZlib = packed.length > 1 && (packed[0]! & 0x0f) === 8 &&
    (packed[0]! << 8 | packed[1]!) % 31 === 0;
  if (!isZlib) fail("is base64, but not of zlib data");
  let bytes: Uint8Array;
  try {
    bytes = await inflate(packed, MOST_BYTES);
  } catch (cause) {
    if (cause instanceof DagsterPipesError) throw cause;
    if (cause instanceof RangeError) fail(`unpacks to more than ${MOST_BYTES} bytes`, cause);
    return fail("is zlib data that is damaged or cut short", cause);
  }
  // Some runtimes unpack what there is of a stream that was cut short, and say nothing.
  if (packed.length < 6 || adler32(bytes) !== checksumOf(packed)) {
    fail("is zlib data that is damaged or cut short: its checksum is wrong");
  }
  let params: unknown;
  try {
    params = parsePythonJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    return fail("does not hold JSON", cause);
  }
  if (!isRecord(params)) {
    return fail(`must hold a JSON object, but holds ${kindOf(params)}`);
  }
  return params;
}

/** Where the launcher of this package says that it is there, among the params of the messages. */
const LAUNCHER = "dagsterpipes_launcher";

/** A launcher of this package that owns the session for this process, and maybe for others. */
export interface Launcher {
  /** A folder: each session makes a file for its messages there. */
  readonly folder: string;
  /** The id of its process. */
  readonly pid: number;
  /** Whether the params of the context lead to a file, whatever they led to before. */
  readonly hasContextFile: boolean;
}

/** Says among the params of the messages that there is a launcher. */
export function withLauncher(params: PipesParams, launcher: Launcher): PipesParams {
  return { ...params, [LAUNCHER]: launcher };
}

/** The launcher that params of the messages tell of, or `undefined` where there is none. */
export function launcherOf(params: PipesParams): Launcher | undefined {
  const launcher = params[LAUNCHER];
  if (!isRecord(launcher)) return undefined;
  const { folder, pid, hasContextFile } = launcher;
  return typeof folder === "string" && typeof pid === "number"
    ? { folder, pid, hasContextFile: hasContextFile === true }
    : undefined;
}

/** Whose params a loader or writer reads: what the errors about them say. */
export interface ParamsUse {
  /** What cannot be done where they are wrong. */
  readonly action: string;
  /** Where they come from. */
  readonly variable: string;
  /** What to do where they are meant for somebody else. */
  readonly advice: string;
}

/** The params that a context loader reads. */
export const CONTEXT_PARAMS: ParamsUse = {
  action: "load the context",
  variable: DAGSTER_PIPES_CONTEXT,
  advice: "Dagster's context injector may expect another context loader: pass it as contextLoader",
};

/** The params that a message writer reads. */
export const MESSAGES_PARAMS: ParamsUse = {
  action: "open the messages",
  variable: DAGSTER_PIPES_MESSAGES,
  advice: "Dagster's message reader may expect another message writer: pass it as messageWriter",
};

/** The param that must be there, and be a string. */
export function requireStringParam(params: PipesParams, key: string, use: ParamsUse): string {
  const value = params[key];
  if (value === undefined) throw missingParams(params, `a "${key}"`, use);
  if (typeof value !== "string") throw wrongParam(params, key, "a string", use);
  return value;
}

/** The error for a param that is there, and is not what it must be. */
export function wrongParam(
  params: PipesParams,
  key: string,
  expected: string,
  { action, variable }: ParamsUse,
): DagsterPipesError {
  return new DagsterPipesError(
    "params_invalid",
    `Cannot ${action}: the "${key}" in ${variable} must be ${expected}, got ${kindOf(params[key])}`,
  );
}

/** The error for params without any that is needed. */
export function missingParams(
  params: PipesParams,
  expected: string,
  { action, variable, advice }: ParamsUse,
): DagsterPipesError {
  return new DagsterPipesError(
    "params_invalid",
    `Cannot ${action}: ${variable} must hold ${expected}, and has ${keysText(params)}. ${
      COMPOSITE_WRITERS in params ? COMPOSITE_ADVICE : advice
    }`,
  );
}

/** Where Dagster's `PipesCompositeMessageReader` has the params of each of its writers. */
const COMPOSITE_WRITERS = "dagster_pipes_composite_writers";

const COMPOSITE_ADVICE =
  "These are for several writers: launch each by its own part of `get_per_writer_bootstrap_env_vars()`";

/** The keys of params, but no more than can be read. */
function keysText(params: PipesParams): string {
  const keys = Object.keys(params);
  if (keys.length === 0) return "no keys";
  const shown = keys.slice(0, 10).map((key) => key.length > 40 ? `${key.slice(0, 40)}…` : key);
  return `the keys ${shown.join(", ")}${keys.length > 10 ? " and others" : ""}`;
}
