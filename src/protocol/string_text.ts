/** Line ends to Python's `str.splitlines`, by which Dagster's readers of log streams cut lines. JSON leaves them as they are. */
const LINE_ENDS = /[\u0085\u2028\u2029]/g;

/** What a string may hold that JSON does not say as the wire needs it: a line end, or half of a surrogate pair. */
const NOT_AS_IT_IS = /[\u0085\u2028\u2029\ud800-\udfff]/;

/** The wire text of a string. A lone surrogate breaks readers in Python, so it becomes U+FFFD. */
export function stringText(text: string): string {
  if (!NOT_AS_IT_IS.test(text)) return JSON.stringify(text);
  return JSON.stringify(text.toWellFormed()).replace(
    LINE_ENDS,
    (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
