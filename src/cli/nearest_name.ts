/** The known name that a word was probably meant to be, or `undefined` if none is close. */
export function nearestName(word: string, known: readonly string[]): string | undefined {
  const close = known.map((name) => ({ name, edits: editDistance(word, name) }))
    .filter(({ edits }) => edits <= Math.max(2, word.length / 3));
  // Of two that are equally close, the one of the same length.
  const rank = ({ name, edits }: { name: string; edits: number }): number =>
    edits + Math.abs(name.length - word.length) / 100;
  return close.sort((a, b) => rank(a) - rank(b))[0]?.name;
}

/** How many characters must be inserted, deleted or replaced to turn one word into another. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [i, character] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries()) {
      const replaced = row[j]! + (character === other ? 0 : 1);
      next.push(Math.min(replaced, row[j + 1]! + 1, next[j]! + 1));
    }
    row = next;
  }
  return row.at(-1)!;
}
