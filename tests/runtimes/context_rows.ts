import { contextWith, ONE_ASSET } from "../kit/context.ts";

/** What a getter threw, where only the name that its message must tell is held. */
export interface Throws {
  readonly throws: string;
}

/** A context, and what its getters give or throw. */
export interface Row {
  readonly name: string;
  /** The context as data, or as Python writes it. */
  readonly context: Record<string, unknown> | string;
  readonly extra?: string;
  readonly expected: Record<string, unknown>;
}

const throws = (naming: string): Throws => ({ throws: naming });
const PROVENANCE = {
  "code_version": "v1",
  "input_data_versions": { "raw_data/up_stream": "d-1" },
  "is_user_provided": true,
};
const NO_PARTITION = {
  isPartitionStep: false,
  partitionKey: throws("partition"),
  partitionKeyRange: throws("partition"),
  partitionTimeWindow: throws("partition"),
};
const NO_ASSET = {
  assetKeys: [],
  codeVersionByAssetKey: {},
  provenanceByAssetKey: {},
  assetKey: throws("assetKey"),
  codeVersion: throws("codeVersion"),
  provenance: throws("provenance"),
};

/** The text of a context whose extras are given as Python writes them. */
function withExtras(extras: string): string {
  return JSON.stringify(contextWith({ extras: "EXTRAS" })).replace('"EXTRAS"', extras);
}

/** Steps with and without assets and partitions, and extras of every shape. */
export const CONTEXT_ROWS: readonly Row[] = [
  {
    name: "one asset",
    context: contextWith({ "provenance_by_asset_key": { "orders": PROVENANCE } }),
    expected: {
      assetKeys: ["orders"],
      assetKey: "orders",
      codeVersion: "v1",
      codeVersionByAssetKey: { orders: "v1" },
      provenance: {
        codeVersion: "v1",
        inputDataVersions: { "raw_data/up_stream": "d-1" },
        isUserProvided: true,
      },
      provenanceByAssetKey: {
        orders: {
          codeVersion: "v1",
          inputDataVersions: { "raw_data/up_stream": "d-1" },
          isUserProvided: true,
        },
      },
      isAssetStep: true,
      ...NO_PARTITION,
      runId: ONE_ASSET.run_id,
      jobName: "__ASSET_JOB",
      retryNumber: 0,
      isClosed: false,
      isDagsterPipesProcess: true,
      aborted: false,
    },
  },
  {
    name: "one asset of which nothing is known",
    context: contextWith({
      "code_version_by_asset_key": { "orders": null },
      "job_name": null,
      "retry_number": 3,
    }),
    expected: {
      assetKey: "orders",
      codeVersion: null,
      provenance: null,
      jobName: null,
      retryNumber: 3,
    },
  },
  {
    name: "several assets",
    context: contextWith({
      "asset_keys": ["a/b", "c\\\\d"],
      "code_version_by_asset_key": { "a/b": "1", "c\\\\d": null },
      "provenance_by_asset_key": { "a/b": PROVENANCE, "c\\\\d": null },
    }),
    expected: {
      assetKeys: ["a/b", "c\\\\d"],
      codeVersionByAssetKey: { "a/b": "1", "c\\\\d": null },
      provenanceByAssetKey: {
        "a/b": {
          codeVersion: "v1",
          inputDataVersions: { "raw_data/up_stream": "d-1" },
          isUserProvided: true,
        },
        "c\\\\d": null,
      },
      assetKey: throws("assetKeys"),
      codeVersion: throws("codeVersionByAssetKey"),
      provenance: throws("provenanceByAssetKey"),
      isAssetStep: true,
    },
  },
  {
    name: "a step of checks only",
    context: contextWith({
      "asset_keys": [],
      "code_version_by_asset_key": {},
      "provenance_by_asset_key": {},
    }),
    expected: { ...NO_ASSET, isAssetStep: true },
  },
  {
    name: "an op",
    context: contextWith({
      "asset_keys": null,
      "code_version_by_asset_key": null,
      "provenance_by_asset_key": null,
    }),
    expected: { ...NO_ASSET, isAssetStep: false },
  },
  {
    name: "a static partition",
    context: contextWith({
      "partition_key": "eu",
      "partition_key_range": { "start": "eu", "end": "eu" },
    }),
    expected: {
      isPartitionStep: true,
      partitionKey: "eu",
      partitionKeyRange: { start: "eu", end: "eu" },
      partitionTimeWindow: null,
    },
  },
  {
    name: "a partition of time",
    context: contextWith({
      "partition_key": "2024-01-01",
      "partition_key_range": { "start": "2024-01-01", "end": "2024-01-01" },
      "partition_time_window": {
        "start": "2024-01-01T00:00:00+00:00",
        "end": "2024-01-02T00:00:00+00:00",
      },
    }),
    expected: {
      isPartitionStep: true,
      partitionKey: "2024-01-01",
      partitionKeyRange: { start: "2024-01-01", end: "2024-01-01" },
      partitionTimeWindow: { start: "2024-01-01T00:00:00+00:00", end: "2024-01-02T00:00:00+00:00" },
    },
  },
  {
    name: "a range of partitions",
    context: contextWith({ "partition_key_range": { "start": "a", "end": "c" } }),
    expected: {
      isPartitionStep: true,
      partitionKey: throws("partitionKeyRange"),
      partitionKeyRange: { start: "a", end: "c" },
      partitionTimeWindow: null,
    },
  },
  {
    name: "keys of a later release",
    context: contextWith({ "something_new": { "deep": [1] }, "partition_key_range": null }),
    expected: { assetKey: "orders", ...NO_PARTITION },
  },
  ...extrasRows(),
];

function extrasRows(): Row[] {
  const rows: [extras: string, expected: unknown][] = [
    ["{}", {}],
    ['{"a": {"snake_case": [1, {"b": null}]}}', { a: { "snake_case": [1, { b: null }] } }],
    ["1", 1],
    ["1.5", 1.5],
    ['"foo"', "foo"],
    ["[1, 2, 3]", [1, 2, 3]],
    ["true", true],
    ['{"n": NaN, "i": Infinity, "m": -Infinity}', { n: "NaN", i: "Infinity", m: "-Infinity" }],
    ['{"big": 1180591620717411303424}', { big: "1180591620717411303424n" }],
    ['[[-9007199254740993], {"x": 9007199254740991}]', [
      ["-9007199254740993n"],
      { x: 9007199254740991 },
    ]],
    ['{"f": 12345678901234567890.0, "e": 1e+22}', { f: 12345678901234567000, e: 1e22 }],
    ['{"t": "NaN, Infinity 12345678901234567890"}', { t: "NaN, Infinity 12345678901234567890" }],
    ['{"u": "\\u00e9\\ud83d\\ude00\\n\\"", "n": NaN}', { u: '\u00e9\u{1F600}\n"', n: "NaN" }],
  ];
  return rows.map(([extras, expected]) => ({
    name: `extras ${extras}`,
    context: withExtras(extras),
    expected: { extras: expected },
  }));
}

/** Single extras, asked for by name. */
export const EXTRA_ROWS: readonly Row[] = [
  {
    name: "an extra that is there",
    context: withExtras('{"threshold": 0.5, "path": null}'),
    extra: "path",
    expected: { getExtra: null },
  },
  {
    name: "an extra that is not there",
    context: withExtras('{"threshold": 0.5, "path": null}'),
    extra: "treshold",
    expected: { getExtra: throws("threshold, path") },
  },
  {
    name: "an extra with the name of a method",
    context: withExtras("{}"),
    extra: "toString",
    expected: { getExtra: throws("toString") },
  },
  {
    name: "an extra where the extras are a list",
    context: withExtras("[1, 2]"),
    extra: "0",
    expected: { getExtra: throws("0") },
  },
];
