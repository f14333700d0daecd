import { isRecord, kindOf } from "../../json/kinds.ts";
import { ValuePath } from "../../json/path.ts";
import type { PipesTableColumn } from "../value_types.ts";

type CellType = "int" | "float" | "bool" | "string";

/** Returns a column for each field of any of the records, with the type of its cells. */
export function inferColumns(records: readonly object[]): PipesTableColumn[] {
  return new ValuePath("MetadataValue.table").reading((path) => {
    if (!Array.isArray(records)) {
      path.refuse(`must get an array of records, got ${kindOf(records)}`);
    }
    const types = new Map<string, CellType | undefined>();
    for (const record of records as readonly unknown[]) {
      // A value that is not a record is refused, with its path, when it is reported.
      if (!isRecord(record)) continue;
      const names = Object.keys(record);
      for (let i = 0; i < names.length; i++) {
        const name = names[i]!;
        types.set(name, joined(types.get(name), typeOfCell(record[name])));
      }
    }
    return Array.from(types, ([name, type]) => ({ name, type: type ?? "string" }));
  });
}

function joined(first: CellType | undefined, second: CellType | undefined): CellType | undefined {
  if (first === undefined || first === second) return second;
  if (second === undefined) return first;
  const areNumbers = [first, second].every((type) => type === "int" || type === "float");
  return areNumbers ? "float" : "string";
}

/** Returns the type of a cell, or `undefined` if it is null or missing. */
function typeOfCell(cell: unknown): CellType | undefined {
  switch (typeof cell) {
    case "number":
      return isWrittenWhole(cell) ? "int" : "float";
    case "boolean":
      return "bool";
    case "bigint":
      return "int";
    case "undefined":
      return undefined;
    case "object": {
      if (cell === null) return undefined;
      const { toJSON } = cell as { toJSON?: unknown };
      if (typeof toJSON !== "function") return "string";
      const json: unknown = toJSON.call(cell, "");
      return typeof json === "object" && json !== null || json === undefined
        ? "string"
        : typeOfCell(json);
    }
    default:
      return "string";
  }
}

/** From 1e21 on, the text of a number has an exponent, and that of -0 has a point. */
function isWrittenWhole(cell: number): boolean {
  return Number.isInteger(cell) && Math.abs(cell) < 1e21 && !Object.is(cell, -0);
}
