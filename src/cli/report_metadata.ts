import { parsePythonJson } from "../json/python_json.ts";
import type { PipesMetadata } from "../protocol/metadata/types.ts";
import { PIPES_METADATA_TYPES } from "../protocol/metadata/value_text.ts";
import type { CommandArguments } from "./command_arguments.ts";

/** Parses the text of a value. Returns `undefined` or throws if it is not of the type. */
type ValueParser = (text: string) => unknown;

const JSON_VALUE: readonly [expected: string, parse: ValueParser] = ["JSON", parsePythonJson];

/** The types whose values are not the text itself. */
const VALUE_PARSERS: Readonly<Record<string, typeof JSON_VALUE>> = {
  int: ["a whole number", (text) => /^[+-]?\d+$/.test(text) ? BigInt(text) : undefined],
  float: ["a number", (text) => text === "NaN" ? NaN : numberOf(text)],
  bool: ["true or false", (text) => text === "true" || (text === "false" ? false : undefined)],
  null: ["empty", (text) => text === "" ? null : undefined],
  timestamp: ["seconds since 1970, or a time in ISO 8601", (text) => {
    const date = new Date(text);
    return numberOf(text) ?? (Number.isNaN(date.getTime()) ? undefined : date);
  }],
  json: JSON_VALUE,
  table: JSON_VALUE,
  table_schema: JSON_VALUE,
  table_column_lineage: JSON_VALUE,
};

/** The metadata of a report: `NAME=TEXT`, or `NAME:TYPE=VALUE`. */
export function metadataArgument(read: CommandArguments): PipesMetadata {
  const metadata = new Map<string, object>();
  for (const text of read.texts("metadata")) {
    const [, name = "", type = "text", value = ""] = /^([^=]+?)(?::(\w*))?=(.*)$/s.exec(text) ??
      read.refuse(`--metadata must be like rows:int=120, got ${quoted(text)}`);
    if (metadata.has(name)) read.refuse(`The metadata ${quoted(name)} is given twice`);
    metadata.set(name, { type, rawValue: parsedValue(read, name, type, value) });
  }
  return Object.fromEntries(metadata);
}

function parsedValue(read: CommandArguments, name: string, type: string, text: string): unknown {
  const types = PIPES_METADATA_TYPES.filter((known) => known !== "__infer__");
  if (!types.includes(type)) {
    const near = read.nearest(type, types);
    const advice = near === undefined
      ? `the types are ${types.join(", ")}`
      : `did you mean ${near}?`;
    read.refuse(`There is no type of metadata ${quoted(type)}: ${advice}`);
  }
  const [expected, parse] = VALUE_PARSERS[type] ?? ["", String];
  try {
    const value = parse(text);
    if (value !== undefined) return value;
  } catch {
    // Refused below.
  }
  return read.refuse(
    `The metadata ${quoted(name)} of type ${type} must be ${expected}, got ${quoted(text)}`,
  );
}

function numberOf(text: string): number | undefined {
  const number = Number(text);
  return text.trim() === "" || Number.isNaN(number) ? undefined : number;
}

/** A text in quotes, without its end if it is long. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 39)}…` : text);
}
