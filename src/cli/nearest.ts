/** The word that another one was probably meant to be; `undefined` where none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const near = known.map((other) => ({ other, edits: distance(word, other) }))
    .filter(({ edits }) => edits <= Math.max(2, word.length / 3));
  const strangeness = ({ other, edits }: { other: string; edits: number }): number =>
    edits + Math.abs(other.length - word.length) / 100;
  return near.sort((a, b) => strangeness(a) - strangeness(b))[0]?.other;
}

/** How many characters must be put in, left out or replaced to make one word of another. */
function distance(from: string, to: string): number {
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
