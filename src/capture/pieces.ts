/**
 * The most bytes of JSON that a piece of output becomes. With about 130 more bytes, its line fits in
 * a page.
 */
export const MAX_PIECE_BYTES = 3900;

/** Characters that JSON does not have to escape. */
const UNESCAPED = /[ !#-[\]-~]/;

/** Cuts text into pieces that each fit in a line of a page, and never within a character. */
export function* pieces(text: string): Generator<string> {
  let start = 0;
  let end = 0;
  let bytes = 0;
  for (const character of text) {
    // `\u` and four digits.
    const size = UNESCAPED.test(character) ? 1 : 6 * character.length;
    if (bytes + size > MAX_PIECE_BYTES) {
      yield text.slice(start, end);
      start = end;
      bytes = 0;
    }
    end += character.length;
    bytes += size;
  }
  if (end > start) yield text.slice(start);
}
