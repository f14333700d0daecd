/**
 * What only Python's `json` reads, or reads exactly; it may also be in the middle of a string, or of a fraction. Each is looked
 * for on its own, and eight digits are written out: so an engine skips through the text, and need not look at every character.
 */
const LONG_INTEGER = /\d\d\d\d\d\d\d\d\d{8,}/g;

/**
 * What may be a key with an escape in it. V8's `JSON.parse` (of Deno 2.9, Node 24 and 26) takes such a key for another one
 * that stood in the same place of an earlier object: after `{"b":1,"\\":1}`, it reads `{"b":1,"\u00df":1}` as the former.
 */
const ESCAPED_KEY = /[{,][ \t\n\r]*"[^"\\]*\\/;

/** An escape. Two backslashes are one as well, so that what follows them is not taken for another. */
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|[^])/g;

/** What starts the string that stands for a special value. It is ASCII, lest the text takes twice the memory. */
const MARK = "\x7fspecial ";

/**
 * Parses JSON as Python's `json` module writes it: `NaN`, `Infinity` and `-Infinity` are numbers, and an integer that a
 * JavaScript number cannot hold exactly becomes a `bigint`.
 *
 * Rejects with a `SyntaxError` that tells the place.
 */
export async function readPythonJson(text: string): Promise<unknown> {
  const quick = parseQuickly(text);
  if (quick !== undefined) return quick.value;
  const { PythonJsonParser } = await import("./python_json_parser.ts");
  return new PythonJsonParser(text).parse();
}

/** Leaves to the engine whatever it reads exactly. `undefined` where that is not all of it, and where there is a mistake. */
export function parseQuickly(
  text: string,
): { readonly value: unknown } | undefined {
  try {
    let plain = text;
    if (holdsEscapedKey(text)) {
      plain = text.replace(ESCAPE, plainCharacter);
      if (holdsEscapedKey(plain)) return undefined;
    }
    const specials = findSpecials(plain);
    if (specials.length === 0) return { value: JSON.parse(plain) };
    const root = parseMarked(plain, specials);
    return root === undefined ? undefined : { value: root };
  } catch {
    // A mistake, or a special value within a string.
    return undefined;
  }
}

function holdsEscapedKey(text: string): boolean {
  return text.includes("\\") && ESCAPED_KEY.test(text);
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

/** Hardly any text has one, so each is asked for in the cheapest way first. */
function findSpecials(text: string): Special[] {
  const patterns: RegExp[] = [];
  if (text.includes("NaN")) patterns.push(/NaN/g);
  if (text.includes("Infinity")) patterns.push(/Infinity/g);
  if (text.search(LONG_INTEGER) >= 0) patterns.push(LONG_INTEGER);
  return patterns.flatMap((pattern) => find(pattern, text));
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

/** Whether what lies there has the company of a value in an array or object: it is no part of a fraction, nor of most strings. */
function isValuePlace(text: string, start: number, end: number): boolean {
  let before = start - 1;
  while (isSpace(text[before])) before--;
  let after = end;
  while (isSpace(text[after])) after++;
  return "[:,".includes(text[before] ?? ",") &&
    ",]}".includes(text[after] ?? ",");
}

function isSpace(character: string | undefined): boolean {
  return character === " " || character === "\n" || character === "\r" ||
    character === "\t";
}

/**
 * Parses a text in which a string stands for each special value, and puts the values into their places. `undefined` where the
 * text itself has such strings. A mark within a string would end the string, and what follows would be no JSON.
 */
function parseMarked(text: string, specials: Special[]): object | undefined {
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
  for (const key of Object.keys(object)) {
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
