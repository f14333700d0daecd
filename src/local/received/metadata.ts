import { isRecord } from "../../json/kinds.ts";
import type { ValuePath } from "../../json/path.ts";
import type { PipesMetadataType } from "../../protocol/metadata/types.ts";
import {
  type Check,
  dictionaryOf,
  expecting,
  nullable,
  pythonKindOf,
  refuseKind,
} from "./shapes.ts";
import { columnLineage, table, tableSchema } from "./table.ts";

/** The types whose values have parts of their own. */
const STRUCTURES = { table, table_schema: tableSchema, table_column_lineage: columnLineage };

/** Whether a value is of the kind that its type says. */
const KINDS: Readonly<
  Record<Exclude<PipesMetadataType, keyof typeof STRUCTURES>, (raw: unknown) => boolean>
> = {
  __infer__: () => true,
  text: isStringOrNull,
  url: isStringOrNull,
  path: isStringOrNull,
  notebook: isStringOrNull,
  // To Python, a string is a sequence.
  json: (raw) => typeof raw === "object" || typeof raw === "string",
  md: isStringOrNull,
  float: (raw) => raw === null || typeof raw === "number",
  int: (raw) => raw === null || isPythonInt(raw),
  bool: (raw) => raw === null || typeof raw === "boolean",
  dagster_run: (raw) => typeof raw === "string",
  asset: (raw) => typeof raw === "string",
  null: () => true,
  timestamp: (raw) => typeof raw === "number" || isPythonInt(raw),
};

const TYPE = expecting(
  `one of ${[...Object.keys(KINDS), ...Object.keys(STRUCTURES)].join(", ")}`,
  (type) => isStructure(type) || isKind(type),
);

/** The metadata of a report. */
export const metadata: Check = nullable(dictionaryOf(checkValue));

function checkValue(value: unknown, path: ValuePath): void {
  if (!isRecord(value)) {
    return refuseKind(`an object with "raw_value" and "type"`, value, path);
  }
  const { type, raw_value: raw } = value;
  path.inside("type", () => TYPE(type, path));
  if (raw === undefined) path.refuse(`must have "raw_value"`);
  if (isStructure(type)) STRUCTURES[type](raw, path);
  else if (isKind(type) && !KINDS[type](raw)) {
    const detail = type === "float" && typeof raw === "bigint" ? " without a point" : "";
    path.refuse(
      `declared ${type}, and is ${pythonKindOf(raw)}${detail}, which Dagster's reader dies of`,
    );
  }
  if (type === "timestamp" && !Number.isFinite(Number(raw))) {
    // A larger integer ends the reader, and no page shows a run with the others in it.
    path.refuse(`declared timestamp, and is ${pythonKindOf(raw)}, which is no finite float`);
  }
  checkStored(raw, path);
}

function isStructure(type: unknown): type is keyof typeof STRUCTURES {
  return typeof type === "string" && Object.hasOwn(STRUCTURES, type);
}

function isKind(type: unknown): type is keyof typeof KINDS {
  return typeof type === "string" && Object.hasOwn(KINDS, type);
}

function isStringOrNull(raw: unknown): boolean {
  return typeof raw === "string" || raw === null;
}

/** To Python, true is an integer too. */
function isPythonInt(raw: unknown): boolean {
  return typeof raw === "bigint" || typeof raw === "boolean";
}

/** Refuses what Dagster's storage could not take, or not give back. */
function checkStored(value: unknown, path: ValuePath): void {
  if (typeof value !== "object" || value === null) return;
  path.open(value);
  for (const [key, entry] of Object.entries(value)) {
    const problem = Array.isArray(value) ? undefined : path.rules.keyProblem?.(key);
    if (problem !== undefined) path.refuse(problem);
    checkStored(entry, path);
  }
  path.close();
}
