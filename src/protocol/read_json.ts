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

/**
 * Reads JSON as Python's `json` module writes it: `NaN`, `Infinity` and `-Infinity` are numbers,
 * and an integer that a JavaScript number cannot hold exactly becomes a `bigint`. What can do that
 * is loaded only for a text that may need it.
 *
 * Rejects with a `SyntaxError` that tells the place.
 */
export function readPythonJson(text: string): unknown {
  if (!mayHoldMore(text)) {
    try {
      return JSON.parse(text);
    } catch {
      // Where the mistake is, the parser below tells in the same words on every runtime.
    }
  }
  return import("./python_json.ts").then((json) => json.parsePythonJson(text));
}

/**
 * Whether a text may hold what the engine's own parser does not read, or reads as something else.
 */
function mayHoldMore(text: string): boolean {
  return text.includes("NaN") || text.includes("Infinity") ||
    text.search(LONG_INTEGER) >= 0 || holdsEscapedKey(text);
}

/** Whether a text may hold a key with an escape. */
export function holdsEscapedKey(text: string): boolean {
  return text.includes("\\") && ESCAPED_KEY.test(text);
}
