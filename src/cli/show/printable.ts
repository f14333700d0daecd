/**
 * A text for a terminal. Control characters could hide or rewrite what else is shown: they are
 * escaped, except for line ends and tabs.
 */
export function printable(text: string): string {
  return text.replace(/\r\n/g, "\n").replace(
    /\p{Cc}/gu,
    (character) => character === "\n" || character === "\t" ? character : escapedControl(character),
  );
}

/** The same as one line: line ends and tabs are escaped, too. */
export function printableLine(text: string): string {
  return printable(text).replaceAll("\n", "\\n").replaceAll("\t", "\\t");
}

function escapedControl(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
}
