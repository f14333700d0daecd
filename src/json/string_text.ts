/**
 * Line ends to Python's `str.splitlines`, by which Dagster's readers of log streams cut lines. JSON
 * leaves them as they are.
 */
const LINE_ENDS = /[\u0085\u2028\u2029]/g;

/**
 * What a string may hold that is not said by itself on the wire: what JSON escapes, a line end,
 * half of a surrogate pair.
 */
const NOT_PLAIN = /[^ !#-[\]-\u0084\u0086-\u2027\u202a-\ud7ff\ue000-\uffff]/;

/** Whether the wire text of a string is the string itself in quotes. */
export function isPlain(text: string): boolean {
  return !NOT_PLAIN.test(text);
}

/** The wire text of a string. A lone surrogate breaks readers in Python, so it becomes U+FFFD. */
export function stringText(text: string): string {
  if (isPlain(text)) return `"${text}"`;
  return JSON.stringify(text.toWellFormed()).replace(
    LINE_ENDS,
    (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The wire text of an object, by the wire texts of its fields. What is `undefined` is left out. */
export function objectText(fields: Readonly<Record<string, string | undefined>>): string {
  let text = "{";
  let separator = "";
  for (const key of Object.keys(fields)) {
    const fieldText = fields[key];
    if (fieldText === undefined) continue;
    text += `${separator}"${key}":${fieldText}`;
    separator = ",";
  }
  return `${text}}`;
}

/**
 * The same JSON, in which every character that is not ASCII is an escape: for readers of logs, which
 * cut between bytes, and end lines at characters of their own.
 */
export function asciiText(json: string): string {
  return json.replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
