/**
 * What only Python's `json` reads, or reads exactly; it may also be in the middle of a string, or
 * of a fraction. Each is looked for on its own, and eight digits are written out: so an engine
 * skips through the text, and need not look at every character.
 */
export const LONG_INTEGER: RegExp = /\d\d\d\d\d\d\d\d\d{8,}/g;

/**
 * What may be a key with an escape in it. V8's `JSON.parse` (of Deno 2.9, Node 24 and 26) takes
 * such a key for another one that stood in the same place of an earlier object: after
 * `{"b":1,"\\":1}`, it reads `{"b":1,"\u00df":1}` as the former.
 */
const ESCAPED_KEY = /[{,][ \t\n\r]*"[^"\\]*\\/;

/** Whether a text may hold a key with an escape. */
export function holdsEscapedKey(text: string): boolean {
  return text.includes("\\") && ESCAPED_KEY.test(text);
}
