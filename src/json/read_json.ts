import { holdsEscapedKey, LONG_INTEGER } from "./special_text.ts";

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
