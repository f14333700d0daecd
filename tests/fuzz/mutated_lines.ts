/**
 * Lines that a program of any language may write to its messages file: good ones, and good ones
 * with something wrong in them.
 *
 * @module
 */
import { goodMessage } from "./good_lines.ts";
import { placesIn, scalar, string, type Tree, treeText } from "./json_tree.ts";
import { Random } from "./random.ts";

/** A line, without its line end: no other is in it. */
export interface MutatedLine {
  /** What is in it, for those who look at it: what is no UTF-8 is U+FFFD there. */
  readonly text: string;
  readonly bytes: Uint8Array;
  /** What was done to a good line. Nothing: it is good. */
  readonly mutations: readonly string[];
}

/** Makes so many lines, a third of them good. The same seed makes the same lines. */
export function mutatedLines(count: number, seed: number): MutatedLine[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => mutatedLine(random));
}

function mutatedLine(random: Random): MutatedLine {
  const tree = goodMessage(random);
  const mutations: string[] = [];
  const apply = <T>(choices: Readonly<Record<string, T>>): T => {
    const name = random.pick(Object.keys(choices));
    mutations.push(name);
    return choices[name]!;
  };
  const kind = random.pick(["good", "good", "tree", "tree", "tree", "text"]);
  if (kind === "tree") {
    apply(TREE_MUTATIONS)(tree, random);
    if (random.chance(30)) apply(TREE_MUTATIONS)(tree, random);
  }
  let text = treeText(tree, random.pick([",", ", "]), random.pick([":", ": "]));
  if (random.chance(20)) text = escaped(text, random);
  if (kind === "text") text = apply(TEXT_MUTATIONS)(text, random);
  let bytes = new TextEncoder().encode(text);
  if (kind === "text" && bytes.length > 0 && random.chance(10)) {
    mutations.push("byte");
    bytes = bytes.with(random.below(bytes.length), random.pick([0x80, 0xc0, 0xff]));
  }
  return { text: new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes), bytes, mutations };
}

/** What Python's `json.dumps` does to all that is not ASCII. */
function escaped(text: string, random: Random): string {
  const upper = random.chance(50);
  return text.replace(/[^\x20-\x7e]/g, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, "0");
    return `\\u${upper ? code.toUpperCase() : code}`;
  });
}

const NUMBERS = ["3", "3.0", "-7", "1e5", "NaN", "true"];
const ODD_NUMBERS = [
  ...["-0", "1e400", "-1e400", "Infinity", "-Infinity", "01", "1.", "+1", ".5"],
  ...["-", "-NaN", "0x1", "1e", "20", "7", "1" + "0".repeat(308), "1" + "0".repeat(309)],
  ...["1" + "0".repeat(4299), "1" + "0".repeat(4300), "-1" + "0".repeat(4300)],
  "0." + "1".repeat(5000),
];
const OTHERS = [
  ...["null", "true", "false", "0", "1", "1.5", '""', '"a"', "[]", "{}", '["a"]', '{"a":1}'],
  ...['[["a"]]', '"exception"', '["exception"]', '"\\ud800"', '"\\ud83d\\ude00"', '{"__set__":[]}'],
  ...['{"__class__":"x"}', "nul", "None", "'a'", '"\\x"', '"\\u12"', '"\t"', ""],
];
const FIELDS = [
  ...["params", "method", "message", "level", "extras", "payload", "exception", "stack", "cause"],
  ...["context", "name", "asset_key", "data_version", "metadata", "check_name", "passed"],
  "severity",
  ...["raw_value", "type", "records", "schema", "columns", "description", "tags", "constraints"],
  ...["nullable", "other", "deps_by_column", "column_name", "stream", "text", "more", "__class__"],
  ...["__enum__", "\ud800", ""],
];
const WORDS = [
  ...["opened", "closed", "log", "report_asset_check", "report_custom_message", "INFO", "warn"],
  ...["NOTICE", "stdout", "ERROR", "text", "json", "float", "int", "bool", "table", "timestamp"],
  ...["table_schema", "table_column_lineage", "asset", "null", "dagster_run", "unknown"],
];

const TYPES = ["float", "int", "float", "int", "bool", "timestamp", "text", "json", "__infer__"];

/** How deep things are laid into others: not near the depths at which one Python or another dies. */
const DEPTHS = [1, 2, 50, 300, 2000];

type TreeMutation = (tree: Tree, random: Random) => void;

const TREE_MUTATIONS: Readonly<Record<string, TreeMutation>> = {
  retype: (tree, random) => random.pick(placesIn(tree)).replace(scalar(random.pick(OTHERS))),
  renumber: (tree, random) => {
    const scalars = placesIn(tree).filter(({ tree }) => "text" in tree);
    random.pick(scalars).replace(scalar(random.pick(random.pick([NUMBERS, ODD_NUMBERS]))));
  },
  reword: (tree, random) => {
    const strings = placesIn(tree).filter(({ tree }) => "text" in tree && tree.text[0] === '"');
    random.pick(strings).replace(string(random.pick(WORDS)));
  },
  redeclare: (tree, random) => {
    const values = objectsIn(tree).filter((entries) => entries.some(([key]) => key === "type"));
    if (values.length === 0) return;
    for (const entry of random.pick(values)) {
      if (entry[0] === "type") entry[1] = string(random.pick(TYPES));
      else if (random.chance(50)) entry[1] = scalar(random.pick(NUMBERS));
    }
  },
  swap: (tree, random) => {
    const places = placesIn(tree);
    random.pick(places).replace(structuredClone(random.pick(places).tree));
  },
  nest: (tree, random) => {
    const place = random.pick(placesIn(tree));
    const depth = random.pick(DEPTHS);
    const [open, close] = random.pick([["[", "]"], ['{"a":', "}"]]);
    place.replace(scalar(open.repeat(depth) + treeText(place.tree) + close.repeat(depth)));
  },
  removeKey: (tree, random) => {
    const entries = random.pick(objectsIn(tree));
    entries.splice(random.below(entries.length), 1);
  },
  addKey: (tree, random) => {
    const value = random.pick([...placesIn(tree).map(({ tree }) => tree), scalar("1")]);
    random.pick(objectsIn(tree)).push([random.pick(FIELDS), structuredClone(value)]);
  },
  renameKey: (tree, random) => {
    random.pick(objectsIn(tree).flat())[0] = random.pick(FIELDS);
  },
  repeatItem: (tree, random) => {
    const arrays = subtreesOf(tree).flatMap((tree) => "items" in tree ? [tree.items] : []);
    const items = arrays.length === 0 ? [] : random.pick(arrays);
    if (items.length > 0) items.push(structuredClone(random.pick(items)));
  },
};

function subtreesOf(tree: Tree): Tree[] {
  return [tree, ...placesIn(tree).map(({ tree }) => tree)];
}

function objectsIn(tree: Tree): [key: string, value: Tree][][] {
  return subtreesOf(tree).flatMap((tree) => "entries" in tree ? [tree.entries] : []);
}

const CHARACTERS = [...'"\\{}[]:,.-+eE0159aunltx/ \t\r\u0000\u00a0\u2028\ufeff😀'];

type TextMutation = (text: string, random: Random) => string;

const TEXT_MUTATIONS: Readonly<Record<string, TextMutation>> = {
  flip: (text, random) => spliced(text, random.below(text.length), 1, random.pick(CHARACTERS)),
  insert: (text, random) => spliced(text, random.below(text.length), 0, random.pick(CHARACTERS)),
  drop: (text, random) => spliced(text, random.below(text.length), 1 + random.below(3), ""),
  truncate: (text, random) => text.slice(0, random.below(text.length)),
  repeat: (text, random) => {
    const from = random.below(text.length);
    const length = random.below(30);
    return spliced(text, from, 0, text.slice(from, from + length));
  },
  case: (text, random) => {
    const at = random.below(text.length);
    const letters = text.slice(at, at + 8);
    return spliced(
      text,
      at,
      8,
      random.chance(50) ? letters.toUpperCase() : letters.toLowerCase(),
    );
  },
  around: (text, random) => {
    const space = random.pick([" ", "\t", "\r", "\ufeff", "\u00a0", "x", "{}", "\r\r"]);
    return random.chance(50) ? space + text : text + space;
  },
};

function spliced(text: string, at: number, remove: number, insert: string): string {
  return text.slice(0, at) + insert + text.slice(at + remove);
}
