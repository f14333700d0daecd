import { parsePythonJson } from "../json/python_json.ts";
import type { PipesMetadata } from "../protocol/metadata/types.ts";
import { PIPES_METADATA_TYPES } from "../protocol/metadata/wire_metadata.ts";
import type { CommandArguments } from "./command_arguments.ts";

/** The types whose values are JSON. A value of any other type is the text itself. */
const JSON_TYPES = "int float bool null timestamp json table table_schema table_column_lineage"
  .split(" ");

/** The metadata of a report: `NAME=TEXT`, or `NAME:TYPE=VALUE`. Values are checked as reported. */
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
  if (!JSON_TYPES.includes(type)) return text;
  const number = Number(text);
  // Also ".5", as `bc` prints it.
  if (type === "float" && text.trim() !== "" && !Number.isNaN(number)) return number;
  const date = new Date(text);
  try {
    return type === "null" && text === "" ? null : parsePythonJson(text);
  } catch {
    if (type === "timestamp" && !Number.isNaN(date.getTime())) return date;
    return read.refuse(
      `The metadata ${quoted(name)} of type ${type} must be written as in JSON, got ${
        quoted(text)
      }`,
    );
  }
}

/** A text in quotes, without its end if it is long. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 39)}…` : text);
}
