import { type Fields, plainScalar, plainText, type QuickWay } from "../../json/plain_way.ts";
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
    keys: names,
    copy: (_, cells) => cells && inOrder(cells, names),
    text(copies) {
      let text = plainText(copies);
      for (const wholeCell of wholeCells) text = text?.replace(wholeCell, "$&.0");
      return text;
    },
  };
}

/** A copy with a plain cell for each column, in their order. */
function inOrder(record: Fields, names: readonly string[]): Fields | undefined {
  const copy: Fields = {};
  let others = Object.keys(record).length;
  for (const name of names) {
    const isThere = Object.hasOwn(record, name);
    if (isThere) others--;
    copy[name] = plainScalar((isThere ? record[name] : null) ?? null);
    if (copy[name] === undefined) return undefined;
  }
  return others === 0 ? copy : undefined;
}
