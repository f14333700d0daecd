import { deflateRawSync } from "node:zlib";
import { contextWith, ONE_ASSET } from "../kit/context.ts";
import type { LaunchOptions } from "../kit/launch.ts";
import { encodeParams, encodeText } from "../kit/params.ts";

/** Something that Dagster, or whoever is between, got wrong. */
export interface BadInput {
  readonly name: string;
  readonly options: LaunchOptions;
  /**
   * What the first line of the error must tell: the variable at fault, what is wrong with it, and
   * what to do. Where the fault is in the context's file, its path is looked for besides.
   */
  readonly tells: readonly RegExp[];
}

/** Base64 with one of its bytes changed, counted from the end. */
function damaged(encoded: string, fromEnd: number): string {
  const bytes = Uint8Array.fromBase64(encoded);
  const at = bytes.length - fromEnd;
  bytes[at] = (bytes[at] ?? 0) ^ 0x55;
  return bytes.toBase64();
}

function withBytesBehind(encoded: string): string {
  return new Uint8Array([...Uint8Array.fromBase64(encoded), 1, 2, 3, 4]).toBase64();
}

const GOOD = encodeParams({ data: ONE_ASSET });

/** How a parameter can be damaged on its way; the same for both. */
const VALUES: readonly [name: string, value: string, tells: RegExp][] = [
  ["is empty", "", /is empty.*Pass it on exactly/],
  ["is not base64", "%%% not base64 %%%", /not base64.*Pass it on exactly/],
  ["is not zlib", btoa("hello, this is text"), /zlib.*Pass it on exactly/],
  [
    "is deflated without zlib's header",
    deflateRawSync(JSON.stringify({ data: ONE_ASSET })).toString("base64"),
    /zlib/,
  ],
  ["is cut short between groups of base64", GOOD.slice(0, 40), /cut short.*Pass it on exactly/],
  ["is cut short within a group of base64", GOOD.slice(0, 41), /base64|cut short/],
  ["is cut short by its last bytes", GOOD.slice(0, -8), /cut short.*Pass it on exactly/],
  ["has a wrong checksum", damaged(GOOD, 1), /damaged.*Pass it on exactly/],
  ["has a damaged byte", damaged(GOOD, Math.floor(GOOD.length * 0.3)), /damaged|JSON/],
  ["has bytes behind its end", withBytesBehind(GOOD), /damaged.*Pass it on exactly/],
  ["is not JSON", encodeText('{"path": oops}'), /JSON.*Pass it on exactly/],
  ["is not UTF-8", encodeText(new Uint8Array([0x22, 0xff, 0xfe, 0x22])), /JSON|UTF-8/],
  ["is JSON, but a list", encodeText('["path"]'), /object.*array/],
  ["is JSON, but null", encodeText("null"), /object.*null/],
  ["is JSON, but a string", encodeText('"path"'), /object.*string/],
  ["has no keys", encodeText("{}"), /path/],
  [
    "has no key that is known",
    encodeText('{"bucket": "b", "key": "k"}'),
    /path.*bucket.*(Loader|Writer)/,
  ],
  ["has a path that is a number", encodeText('{"path": 5}'), /path.*string.*5/],
  ["has a path that is null", encodeText('{"path": null}'), /path.*string.*null/],
];

/** What is wrong with a parameter itself. */
export const BAD_PARAMS: readonly BadInput[] = [
  ...VALUES.map(([name, value, tells]) => ({
    name: `DAGSTER_PIPES_CONTEXT ${name}`,
    options: { contextVariable: value },
    tells: [/DAGSTER_PIPES_CONTEXT/, tells],
  })),
  ...VALUES.map(([name, value, tells]) => ({
    name: `DAGSTER_PIPES_MESSAGES ${name}`,
    options: { messagesVariable: value },
    tells: [/DAGSTER_PIPES_MESSAGES/, tells],
  })),
  {
    name: "the context's data is a list",
    options: { contextVariable: encodeParams({ data: [1] }) },
    tells: [/DAGSTER_PIPES_CONTEXT/, /data/, /array/],
  },
  ...["stdio", "buffered_stdio"].map((key) => ({
    name: `${key} names neither stdout nor stderr`,
    options: { messagesParams: { [key]: "stdlog" } },
    tells: [/DAGSTER_PIPES_MESSAGES/, new RegExp(`${key}.*stdout.*stderr.*stdlog`)],
  })),
];

const DATE = { "start": "2024-01-01", "end": 5 };

/**
 * Fields of the context that have a wrong type: the error tells the path, what it must be, and what
 * it is.
 */
const FIELDS: readonly [fields: Record<string, unknown>, tells: RegExp][] = [
  [{ "run_id": 5 }, /run_id.*string.*5/],
  [{ "run_id": undefined }, /run_id.*(string|there).*undefined/],
  [{ "asset_keys": "orders" }, /asset_keys.*array.*orders/],
  [{ "asset_keys": ["orders", 7] }, /asset_keys(\.1|\[1\]).*string.*7/],
  [
    { "code_version_by_asset_key": { "orders": 1 } },
    /code_version_by_asset_key\.orders.*string.*1/,
  ],
  [{ "provenance_by_asset_key": { "orders": {} } }, /provenance_by_asset_key\.orders\./],
  [{ "partition_key": 2024 }, /partition_key.*string.*2024/],
  [{ "partition_key_range": DATE }, /partition_key_range\.end.*string.*5/],
  [{ "partition_time_window": ["a", "b"] }, /partition_time_window.*object.*array/],
  [{ "job_name": {} }, /job_name.*string.*object/],
  [{ "retry_number": "1" }, /retry_number.*number.*1/],
  [{ "retry_number": 1.5 }, /retry_number.*1\.5/],
];

const TEXT = JSON.stringify(ONE_ASSET);

/** What is wrong with the context's text. */
export const BAD_CONTEXTS: readonly BadInput[] = [
  { name: "the context is empty", options: { context: " " }, tells: [/JSON.*Check/] },
  {
    name: "the context is truncated",
    options: { context: TEXT.slice(0, 100) },
    tells: [/JSON.*Check/],
  },
  {
    name: "the context has a stray comma",
    options: { context: '{"run_id": "a",}' },
    tells: [/JSON/],
  },
  { name: "the context is a list", options: { context: "[1]" }, tells: [/object.*array/] },
  { name: "the context is NaN", options: { context: "NaN" }, tells: [/object.*NaN/] },
  ...FIELDS.map(([fields, tells]) => ({
    name: `the context has ${JSON.stringify(fields)}`,
    options: { context: contextWith(fields) },
    tells: [tells, /Check/],
  })),
];
