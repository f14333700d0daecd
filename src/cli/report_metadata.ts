import { parsePythonJson } from "../json/python_json.ts";
import { PIPES_METADATA_TYPES } from "../protocol/metadata/wire_metadata.ts";
import type { PipesMetadata } from "../protocol/metadata/types.ts";
import type { Arguments } from "./arguments.ts";

/** What a value must look like that is no text, and what becomes of it. */
const VALUES: Readonly<
  Record<string, readonly [expected: string, read: (text: string) => unknown]>
> = {
  int: ["a whole number", (text) => BigInt(/^[+-]?\d+$/.test(text) ? text : fail())],
  float: ["a number", number],
  bool: ["true or false", (text) => text === "true" || (text === "false" ? false : fail())],
  null: ["empty", (text) => text === "" ? null : fail()],
  timestamp: ["seconds since 1970, or a time in ISO 8601", (text) => {
    const seconds = Number(text);
    if (text.trim() !== "" && Number.isFinite(seconds)) return seconds;
    const date = new Date(text);
    return Number.isNaN(date.getTime()) ? fail() : date;
  }],
  json: ["JSON", parsePythonJson],
  table: ["JSON", parsePythonJson],
  table_schema: ["JSON", parsePythonJson],
  table_column_lineage: ["JSON", parsePythonJson],
};

/** Reads the metadata of a report: `NAME=TEXT`, or `NAME:TYPE=VALUE`. */
export function readMetadata(read: Arguments): PipesMetadata {
  const pairs = read.texts("metadata").map((text): readonly [string, object] => {
    const [, name, type = "text", value] = /^([^=]+?)(?::(\w*))?=(.*)$/s.exec(text) ??
      read.refuse(`--metadata must be like rows:int=120, got ${shown(text)}`);
    return [name!, { type, rawValue: rawValue(read, name!, type, value!) }];
  });
  const names = pairs.map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) read.refuse(`The metadata ${shown(twice)} is there twice`);
  return Object.fromEntries(pairs);
}

function rawValue(read: Arguments, name: string, type: string, text: string): unknown {
  const known = PIPES_METADATA_TYPES.filter((other) => other !== "__infer__");
  if (!known.includes(type)) {
    const near = read.nearest(type, known);
    const advice = near === undefined
      ? `: there are ${known.join(", ")}`
      : `: did you mean ${near}?`;
    read.refuse(`There is no type of metadata ${shown(type)}${advice}`);
  }
  const reader = VALUES[type];
  if (reader === undefined) return text;
  const [expected, readValue] = reader;
  try {
    return readValue(text);
  } catch {
    return read.refuse(
      `The metadata ${shown(name)} of type ${type} must be ${expected}, got ${shown(text)}`,
    );
  }
}

function number(text: string): number {
  const value = Number(text);
  const isNumber = text.trim() !== "" && (!Number.isNaN(value) || text === "NaN");
  return isNumber ? value : fail();
}

function fail(): never {
  throw new SyntaxError("It is not of that type");
}

/** A text as it is quoted, without its end where it is long. */
function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 39)}…` : text);
}
