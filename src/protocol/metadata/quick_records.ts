import { isRecord } from "../../json/kinds.ts";
import {
  fieldsCopy,
  isPlainScalar,
  plainScalar,
  plainText,
  type QuickWay,
} from "../../json/plain_way.ts";
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
  const names = columns.map(({ name }) => name);
  if (names.some((name) => !isPlain(name) || /^\d|^__proto__$/.test(name))) return undefined;
  const wholeCells = columns.filter(({ isFloat }) => isFloat).map(({ name }) =>
    new RegExp(`"${name.replace(/[^\w ]/g, "\\$&")}":-?\\d+(?=[,}])`, "g")
  );
  return {
    copy: (record) => recordCopy(record, names),
    text(copies) {
      let text = plainText(copies);
      for (const wholeCell of wholeCells) text = text?.replace(wholeCell, "$&.0");
      return text;
    },
  };
}

/** A copy of a record with a plain cell for each column, in their order. */
function recordCopy(
  record: unknown,
  names: readonly string[],
): Record<string, unknown> | undefined {
  const copy = isRecord(record) ? fieldsCopy(record) : undefined;
  return copy === undefined || isReady(copy, names) ? copy : readyCopy(copy, names);
}

function isReady(record: Record<string, unknown>, names: readonly string[]): boolean {
  let at = 0;
  for (const name in record) {
    if (name !== names[at++] || !isPlainScalar(record[name])) return false;
  }
  return at === names.length;
}

function readyCopy(
  record: Record<string, unknown>,
  names: readonly string[],
): Record<string, unknown> | undefined {
  const copy: Record<string, unknown> = {};
  let others = Object.keys(record).length;
  for (const name of names) {
    const isThere = Object.hasOwn(record, name);
    if (isThere) others--;
    copy[name] = plainScalar((isThere ? record[name] : null) ?? null);
    if (copy[name] === undefined) return undefined;
  }
  return others === 0 ? copy : undefined;
}
