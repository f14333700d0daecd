/** A colour that says what a piece of text is. */
export type Colour = "red" | "green" | "yellow" | "cyan" | "grey";

const CODES: Readonly<Record<Colour, number>> = {
  red: 31,
  green: 32,
  yellow: 33,
  cyan: 36,
  grey: 90,
};

/** Gives a text a colour, or leaves it as it is. */
export type Paint = (text: string, colour: Colour) => string;

/** What paints on a terminal with colours, or without. */
export function painter(hasColours: boolean): Paint {
  if (!hasColours) return (text) => text;
  return (text, colour) => text === "" ? text : `\x1b[${CODES[colour]}m${text}\x1b[39m`;
}
