import { array, object, scalar, string, type Tree } from "./json_tree.ts";
import type { Random } from "./random.ts";

const TEXTS = ["", "a", "a/b", "x y", "ä€😀", '"\\', "line\nline\r\n", "\u2028", "NaN", "1.5"];
const KEYS = ["a", "b", "rows", "__proto__", "raw_value", "type", "ä", "0", "x y"];
const INTS = ["0", "3", "-7", "-0", "9007199254740993", "1" + "0".repeat(40), "9".repeat(4300)];
const FLOATS = ["3.0", "-0.0", "0.5", "1e5", "1E+2", "NaN", "Infinity", "-Infinity", "1e400"];
const TRUE_OR_FALSE = ["true", "false"];
const LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL", "info", "Warn", "FATAL"];

/** A message as a good program of any language may write it. */
export function goodMessage(random: Random): Tree {
  const [method, makeParams] = random.pick(METHODS);
  return object({
    __dagster_pipes_version: string("0.1"),
    method: string(method),
    params: makeParams(random),
  });
}

type Make = (random: Random) => Tree;

const METHODS: readonly (readonly [method: string, params: Make])[] = [
  ["opened", (random) => object({ extras: anyObject(random) })],
  ["closed", (random) => random.chance(20) ? object({}) : object({ exception: exception(random) })],
  ["log", (random) => object({ message: text(random), level: string(random.pick(LEVELS)) })],
  ["log_external_stream", (random) =>
    object({
      stream: string(random.pick(["stdout", "stderr"])),
      text: text(random),
      extras: anyObject(random),
    })],
  ["report_asset_materialization", materialization],
  ["report_asset_materialization", materialization],
  ["report_asset_materialization", materialization],
  ["report_asset_check", (random) =>
    object({
      asset_key: text(random),
      check_name: text(random),
      passed: oneOf(TRUE_OR_FALSE)(random),
      severity: string(random.pick(["WARN", "ERROR"])),
      metadata: metadata(random),
    })],
  ["report_custom_message", (random) => object({ payload: json(random, 3) })],
];

function materialization(random: Random): Tree {
  return object({
    asset_key: text(random),
    data_version: random.chance(50) ? scalar("null") : text(random),
    metadata: metadata(random),
  });
}

function metadata(random: Random): Tree {
  if (random.chance(5)) return scalar("null");
  return dictionary(random, () => {
    const [type, makeRaw] = random.pick(RAW_VALUES);
    return object({ raw_value: makeRaw(random), type: string(type) });
  });
}

const RAW_VALUES: readonly (readonly [type: string, raw: Make])[] = [
  ["__infer__", (random) => json(random, 3)],
  ...["text", "url", "path", "notebook", "md"].map((type) => [type, text] as const),
  ["dagster_run", text],
  ["asset", text],
  ["json", (random) => random.chance(50) ? anyObject(random) : array(anyList(random, 2))],
  ["float", oneOf(FLOATS)],
  ["int", oneOf(INTS)],
  ["bool", oneOf(TRUE_OR_FALSE)],
  ["null", () => scalar("null")],
  ["timestamp", oneOf(["0", "1700000000", "1700000000.25", "-1e10"])],
  ["table", (random) => {
    const names = [...new Set(random.list(3, () => random.pick(KEYS)))];
    const record = (): Tree => ({ entries: names.map((name) => [name, anyScalar(random)]) });
    const schema = names.map((name) => column(random, name));
    return object({ records: array(random.list(3, record)), schema: array(schema) });
  }],
  [
    "table_schema",
    (random) => object({ columns: array(random.list(3, () => column(random, random.pick(KEYS)))) }),
  ],
  ["table_column_lineage", (random) => object({ deps_by_column: dictionary(random, deps) })],
];

function column(random: Random, name: string): Tree {
  const optional: Readonly<Record<string, Make>> = {
    description: text,
    tags: (random) => dictionary(random, text),
    constraints: (random) =>
      object({
        nullable: oneOf(TRUE_OR_FALSE)(random),
        unique: oneOf(TRUE_OR_FALSE)(random),
        other: array(random.list(2, () => text(random))),
      }),
  };
  const given = Object.entries(optional).filter(() => random.chance(40));
  return object({
    name: string(name),
    type: string("int"),
    ...Object.fromEntries(given.map(([key, make]) => [key, make(random)])),
  });
}

function deps(random: Random): Tree {
  const columns = [...new Set(random.list(3, () => random.pick(KEYS)))];
  return array(columns.map((name) =>
    object({
      asset_key: random.chance(50) ? text(random) : array([text(random), text(random)]),
      column_name: string(name),
    })
  ));
}

function exception(random: Random, depth = 2): Tree {
  const other = (): Tree =>
    depth === 0 || random.chance(60) ? scalar("null") : exception(random, depth - 1);
  return object({
    message: text(random),
    stack: array(random.list(2, () => text(random))),
    name: random.chance(20) ? scalar("null") : text(random),
    cause: other(),
    context: other(),
  });
}

/** Any JSON, so many levels deep at most. */
function json(random: Random, depth: number): Tree {
  if (depth === 0 || random.chance(40)) return anyScalar(random);
  return random.chance(50)
    ? array(anyList(random, depth))
    : dictionary(random, (random) => json(random, depth - 1));
}

function anyObject(random: Random): Tree {
  return dictionary(random, (random) => json(random, 2));
}

function anyList(random: Random, depth: number): Tree[] {
  return random.list(3, () => json(random, depth - 1));
}

function anyScalar(random: Random): Tree {
  const kinds = [text, oneOf(INTS), oneOf(FLOATS), oneOf([...TRUE_OR_FALSE, "null"])];
  return random.pick(kinds)(random);
}

function dictionary(random: Random, value: Make): Tree {
  const keys = [...new Set(random.list(3, () => random.pick(KEYS)))];
  return { entries: keys.map((key) => [key, value(random)]) };
}

function text(random: Random): Tree {
  return string(random.pick(TEXTS));
}

function oneOf(tokens: readonly string[]): Make {
  return (random) => scalar(random.pick(tokens));
}
