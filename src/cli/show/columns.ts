/** How wide a column may be, in characters. */
const WIDEST = 48;

/** Rows of cells as lines, each column as wide as its widest cell. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  const short = rows.map((row) => row.map((cell) => shortened(oneLine(cell), WIDEST)));
  for (const row of short) {
    row.forEach((cell, index) => widths[index] = Math.max(widths[index] ?? 0, cell.length));
  }
  return short.map((row) =>
    row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join("  ").trimEnd()
  );
}

/** A text of at most so many characters. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** A text with its line ends shown. */
export function oneLine(text: string): string {
  return text.replace(/\r?\n/g, "\\n");
}
