import { decodeBase64, encodeBase64 } from "@std/encoding/base64";
import { DagsterPipesError } from "../errors.ts";
import { isRecord, kindOf } from "../json/kinds.ts";
import { parsePythonJson } from "../json/read_json.ts";
import type { PipesParams } from "./types.ts";

/** The name of the parameter that leads to the context. */
export const DAGSTER_PIPES_CONTEXT = "DAGSTER_PIPES_CONTEXT";

/** The name of the parameter that leads to the messages. */
export const DAGSTER_PIPES_MESSAGES = "DAGSTER_PIPES_MESSAGES";

/**
 * The most bytes that a parameter may unpack to. Dagster's own have less than 1 MB, but may contain
 * the context.
 */
const MAX_UNPACKED_BYTES = 256 * 1024 * 1024;

/** Packs bytes as zlib data. */
type Deflate = (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>;

/** Unpacks zlib data. Throws if it is damaged, and a `RangeError` if it exceeds `maxBytes`. */
type Inflate = (bytes: Uint8Array, maxBytes: number) => Uint8Array | Promise<Uint8Array>;

const DAMAGED = "is zlib data that is damaged or cut short";

/** Encodes a parameter as Dagster does: JSON, packed by zlib, in base64. */
export async function encodeParams(params: PipesParams, deflate: Deflate): Promise<string> {
  const packed = await deflate(new TextEncoder().encode(JSON.stringify(params)));
  // `encodeBase64` works in the memory behind a `Buffer`, which Node shares with others.
  return encodeBase64(new Uint8Array(packed));
}

/**
 * Decodes a parameter, and throws `params_invalid` if that fails.
 *
 * @param source The place of the parameter, for error messages.
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
    packed = decodeBase64(trimmed);
  } catch (cause) {
    return fail("is not base64", cause);
  }
  if (!isZlib(packed)) fail("is base64, but not of zlib data");
  let bytes: Uint8Array;
  try {
    bytes = await inflate(packed, MAX_UNPACKED_BYTES);
  } catch (cause) {
    const isTooLarge = cause instanceof RangeError;
    const what = isTooLarge ? `unpacks to more than ${MAX_UNPACKED_BYTES} bytes` : DAMAGED;
    return fail(what, cause);
  }
  // Deno accepts data that is cut off, and the others ignore bytes after its end.
  if (adler32(bytes) !== lastNumber(packed)) fail(`${DAMAGED}: its checksum is wrong`);
  let params: unknown;
  try {
    params = parsePythonJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    return fail("does not hold JSON", cause);
  }
  return isRecord(params) ? params : fail(`must hold a JSON object, but holds ${kindOf(params)}`);
}

/** Whether bytes begin as zlib data does (RFC 1950). */
function isZlib([method = 0, flags = 0]: Uint8Array): boolean {
  return (method & 0x0f) === 8 && (method << 8 | flags) % 31 === 0;
}

/** Returns the last four bytes as a number: the checksum of zlib data. */
function lastNumber(bytes: Uint8Array): number {
  return bytes.subarray(-4).reduce((number, byte) => number * 256 + byte, 0);
}

/** Computes the checksum of unpacked bytes (RFC 1950). */
function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return b * 65536 + a;
}
