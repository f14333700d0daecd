/** What could hide or rewrite other text on a terminal: control characters, and those that turn text. */
export const UNPRINTABLE: RegExp = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/** A text for a terminal: what is unprintable is escaped, except for line ends and tabs. */
export function printable(text: string): string {
  return text.replace(/\r\n/g, "\n").replace(
    UNPRINTABLE,
    (character) => {
      if (character === "\n" || character === "\t") return character;
      const code = character.charCodeAt(0);
      return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : unicodeEscape(character);
    },
  );
}

/** The same as one line: line ends and tabs are escaped, too. */
export function printableLine(text: string): string {
  return printable(text).replaceAll("\n", "\\n").replaceAll("\t", "\\t");
}

/** A character as an escape of JSON. */
export function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
