import { isRecord } from "../../json/kinds.ts";
import { fieldsCopy, makePlain, plainText, type QuickWay } from "../../json/plain_copy.ts";
import { isPlain } from "../../json/string_text.ts";

/** A column, as its cells are written. */
export interface CellColumn {
  readonly name: string;
  /** What stands ahead of a cell: the name and what separates it. */
  readonly ahead: string;
  readonly isFloat: boolean;
}

/** How records are written by the engine, which writes a whole number without a point. */
export function quickRecords(columns: readonly CellColumn[]): QuickWay | undefined {
  // The engine would put others in an order of its own, or they are written with escapes.
  if (columns.some(({ name }) => !isPlain(name) || /^\d|^__proto__$/.test(name))) return undefined;
  const wholeCells = columns.filter(({ isFloat }) => isFloat).map(({ name }) =>
    new RegExp(`"${name.replace(/[^\w ]/g, "\\$&")}":-?\\d+(?=[,}])`, "g")
  );
  return {
    copy: (record) => recordCopy(record, columns),
    text(copies) {
      let text = plainText(copies);
      for (const wholeCell of wholeCells) text = text?.replace(wholeCell, "$&.0");
      return text;
    },
  };
}

/** A copy of a record with a plain cell for each column, in their order. */
function recordCopy(record: unknown, columns: readonly CellColumn[]): object | undefined {
  const copy = isRecord(record) ? fieldsCopy(record) : undefined;
  const row = copy === undefined || isInOrder(copy, columns) ? copy : inOrder(copy, columns);
  for (const name in row) {
    if (!makePlain(row, name, 0, null)) return undefined;
  }
  return row;
}

function isInOrder(record: object, columns: readonly CellColumn[]): boolean {
  let count = 0;
  for (const name in record) {
    if (name !== columns[count++]?.name) return false;
  }
  return count === columns.length;
}

/** The same cells in the order of the columns; `undefined` where there is one of no column. */
function inOrder(
  cells: Record<string, unknown>,
  columns: readonly CellColumn[],
): Record<string, unknown> | undefined {
  const row: Record<string, unknown> = {};
  let rest = Object.keys(cells).length;
  for (const { name } of columns) {
    const isThere = Object.hasOwn(cells, name);
    row[name] = isThere ? cells[name] : null;
    if (isThere) rest--;
  }
  return rest === 0 ? row : undefined;
}
