import { printableLine } from "./printable.ts";

/** How wide a column may be, in characters. */
const MAX_COLUMN_WIDTH = 48;

/** Rows of cells as lines, each column as wide as its widest cell. */
export function alignedColumns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  const short = rows.map((row) =>
    row.map((cell) => shortened(printableLine(cell), MAX_COLUMN_WIDTH))
  );
  for (const row of short) {
    row.forEach((cell, index) => widths[index] = Math.max(widths[index] ?? 0, cell.length));
  }
  return short.map((row) =>
    row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join("  ").trimEnd()
  );
}

/** A text of at most so many characters. */
export function shortened(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`;
}
