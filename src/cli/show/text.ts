/** What could hide or rewrite other text on a terminal: control characters, and those that turn text. */
const UNPRINTABLE = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/** A text for a terminal: what is unprintable is escaped, except for line ends and tabs. */
export function printable(text: string): string {
  return text.replace(/\r\n/g, "\n").replace(UNPRINTABLE, (character) => {
    if (character === "\n" || character === "\t") return character;
    const code = character.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : unicodeEscape(character);
  });
}

/** The same as one line: line ends and tabs are escaped, too. */
export function printableLine(text: string): string {
  return printable(text).replaceAll("\n", "\\n").replaceAll("\t", "\\t");
}

/** JSON for a terminal: what is unprintable is escaped as JSON escapes it. */
export function printableJson(value: unknown): string {
  return exactJson(value).replace(UNPRINTABLE, unicodeEscape);
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** `rawJSON`, which TypeScript does not declare, returns an object that `stringify` writes as the text. */
const { rawJSON, stringify } = JSON as JSON & { rawJSON(text: string): object };

/**
 * The JSON of what was read from a message. Integers keep all their digits; `NaN` and the
 * infinities, which JSON does not have, are strings.
 */
export function exactJson(value: unknown): string {
  return stringify(value, (_, part: unknown) => {
    if (typeof part === "bigint") return rawJSON(String(part));
    if (Object.is(part, -0)) return rawJSON("-0.0");
    return typeof part === "number" && !Number.isFinite(part) ? String(part) : part;
  });
}
