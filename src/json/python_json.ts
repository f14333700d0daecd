import { PythonJsonParser } from "./python_json_parser.ts";
import { holdsEscapedKey, LONG_INTEGER } from "./special_text.ts";

const SPECIALS = [/NaN/g, /Infinity/g, LONG_INTEGER];

/**
 * An escape. Two backslashes are one as well, so that what follows them is not taken for another.
 */
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|[^])/g;

/**
 * What starts the string that stands for a special value. It is ASCII, lest the text takes twice
 * the memory.
 */
const MARK = "\x7fspecial ";

/**
 * Parses JSON as Python's `json` module writes it: `NaN`, `Infinity` and `-Infinity` are numbers,
 * and an integer that a JavaScript number cannot hold exactly becomes a `bigint`.
 *
 * Throws a `SyntaxError` that tells the place.
 */
export function parsePythonJson(text: string): unknown {
  if (holdsEscapedKey(text)) {
    const plain = text.replace(ESCAPE, plainCharacter);
    return holdsEscapedKey(plain) ? new PythonJsonParser(text).parse() : parseQuickly(plain, text);
  }
  return parseQuickly(text, text);
}

/** The character that an escape stands for, where JSON may hold it as it is. */
function plainCharacter(escape: string, hex: string | undefined): string {
  const code = hex === undefined ? 0 : parseInt(hex, 16);
  const isPlain = code >= 0x80 && (code < 0xd800 || code > 0xdfff);
  return isPlain ? String.fromCharCode(code) : escape;
}

/** A value that the engine's parser does not take, or rounds, and where it is in the text. */
interface Special {
  readonly start: number;
  readonly end: number;
  readonly value: number | bigint;
}

/**
 * Leaves to the engine whatever it reads exactly. Mistakes are looked for in the text as it came.
 */
function parseQuickly(text: string, original: string): unknown {
  try {
    const specials = SPECIALS.flatMap((pattern) => find(pattern, text));
    if (specials.length === 0) return JSON.parse(text);
    const root = parseMarked(text, specials);
    if (root !== undefined) return root;
  } catch {
    // A mistake, or a special value within a string: the parser below tells them apart.
  }
  return new PythonJsonParser(original).parse();
}

function find(pattern: RegExp, text: string): Special[] {
  const found: Special[] = [];
  for (const match of text.matchAll(pattern)) {
    const isNegative = text[match.index - 1] === "-";
    const start = isNegative ? match.index - 1 : match.index;
    const end = match.index + match[0].length;
    if (!isValuePlace(text, start, end)) continue;
    const token = text.slice(start, end);
    const number = Number(token);
    if (pattern === LONG_INTEGER) {
      // A zero in front is a mistake, and stays one.
      if (Number.isSafeInteger(number) || match[0].startsWith("0")) continue;
      found.push({ start, end, value: BigInt(token) });
    } else if (token !== "-NaN") found.push({ start, end, value: number });
  }
  return found;
}

/**
 * Whether what lies there has the company of a value in an array or object: it is no part of a
 * fraction, nor of most strings.
 */
function isValuePlace(text: string, start: number, end: number): boolean {
  let before = start - 1;
  while (isSpace(text[before])) before--;
  let after = end;
  while (isSpace(text[after])) after++;
  return "[:,".includes(text[before] ?? ",") && ",]}".includes(text[after] ?? ",");
}

function isSpace(character: string | undefined): boolean {
  return character === " " || character === "\n" || character === "\r" || character === "\t";
}

/**
 * Parses a text in which a string stands for each special value, and puts the values into their
 * places. `undefined` where the text itself may have such strings, or where a key stands twice. A
 * mark within a string would end the string, and what follows would be no JSON.
 */
function parseMarked(text: string, specials: Special[]): object | undefined {
  const mayBeMarked = text.includes(MARK[0]!) || text.includes("\\") && /\\u007f/i.test(text);
  if (mayBeMarked) return undefined;
  specials.sort((a, b) => a.start - b.start);
  let marked = "";
  let at = 0;
  specials.forEach(({ start, end }, i) => {
    marked += `${text.slice(at, start)}"${MARK}${i}"`;
    at = end;
  });
  const root: unknown = JSON.parse(marked + text.slice(at));
  if (typeof root !== "object" || root === null) return undefined;
  const values = specials.map(({ value }) => value);
  return putBack(root, values) === values.length ? root : undefined;
}

/** Puts each value where its mark is, and tells how many marks there were. */
function putBack(container: object, values: readonly unknown[]): number {
  let marks = 0;
  if (Array.isArray(container)) {
    // By its indexes: asking an array for its keys takes fifteen times as long.
    for (let i = 0; i < container.length; i++) {
      const item: unknown = container[i];
      if (isContainer(item)) marks += putBack(item, values);
      else if (isMark(item)) {
        container[i] = valueOf(item, values);
        marks++;
      }
    }
    return marks;
  }
  const object = container as Record<string, unknown>;
  // An array of the keys of each object would cost as much as all the rest.
  for (const key in object) {
    if (!Object.hasOwn(object, key)) continue;
    const item = object[key];
    if (isContainer(item)) marks += putBack(item, values);
    else if (isMark(item)) {
      object[key] = valueOf(item, values);
      marks++;
    }
  }
  return marks;
}

function isContainer(item: unknown): item is object {
  return typeof item === "object" && item !== null;
}

function isMark(item: unknown): item is string {
  return typeof item === "string" && item.startsWith(MARK);
}

function valueOf(mark: string, values: readonly unknown[]): unknown {
  return values[Number(mark.slice(MARK.length))];
}
