import type { parseArgs } from "node:util";
import { DagsterPipesError } from "../errors.ts";
import type { CommandTable } from "./command_tables.ts";

/** The flags that set the options of the runner and of the launcher, for their errors. */
const FLAG_OF_OPTION: Readonly<Record<string, string>> = {
  assetKeys: "--asset",
  checks: "--check",
  extras: "--extras",
  partitionKey: "--partition",
  partitionKeyRange: "--partition FROM..TO",
  partitionTimeWindow: "--window",
  retryNumber: "--retry",
  contextFile: "--context",
  messages: "--messages",
  timeoutSeconds: "--timeout",
  graceSeconds: "--grace",
  transport: "--transport",
};

interface ParsedOptions {
  readonly values: Readonly<Record<string, readonly (string | boolean)[] | undefined>>;
  readonly positionals: readonly string[];
}

/** The arguments of a command, parsed by its table. */
export class CommandArguments {
  readonly table: CommandTable;
  /** The command after `--`, or the words of the text. */
  readonly words: readonly string[];
  /** For commands that are loaded later, which import nothing that the launcher has loaded. */
  readonly nearest: typeof nearestWord = nearestWord;
  readonly #values: ParsedOptions["values"];

  /** @param parse The function of `node:util`. Deno takes 5 ms to load it, so help does not. */
  constructor(table: CommandTable, args: readonly string[], parse: typeof parseArgs) {
    this.table = table;
    const split = args.includes("--") ? args.indexOf("--") : args.length;
    const behind = args.slice(split + 1);
    // Checked first: without the --, the options of the command would be read as own ones.
    if (table.argument === "command" && behind.length === 0) {
      const example = `dagsterpipes ${table.name} -- node orders.ts`;
      this.refuse(`The command must come after --, as in: ${example}`);
    }
    const { values, positionals } = this.#parse(args.slice(0, split), parse);
    this.#values = values;
    this.words = [...positionals, ...behind];
    const [misplaced] = table.argument === "command" ? positionals : this.words;
    const reasons = {
      command: `${JSON.stringify(misplaced)} is not an option: the command must come after --`,
      text: `${table.name} must be followed by a text`,
      none: `${table.name} takes only options, got ${JSON.stringify(misplaced)}`,
    };
    if ((misplaced === undefined) === (table.argument === "text")) {
      this.refuse(reasons[table.argument]);
    }
    for (const [name, { value, isList, isRequired }] of Object.entries(table.options)) {
      const count = values[name]?.length ?? 0;
      if (isRequired && count === 0) this.refuse(`${table.name} needs --${name} ${value}`);
      if (!isList && count > 1) this.refuse(`--${name} may be given only once`);
    }
  }

  flag(name: string): boolean {
    return this.#values[name] !== undefined;
  }

  text(name: string): string | undefined {
    return this.texts(name)[0];
  }

  texts(name: string): string[] {
    return (this.#values[name] ?? []).map(String);
  }

  /** @param expected What the number must be, such as "a number of seconds". */
  number(name: string, expected: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const number = Number(text);
    if (text.trim() !== "" && number >= 0 && number < Infinity) return number;
    return this.refuse(`--${name} must be ${expected}, got ${JSON.stringify(text)}`);
  }

  /** Returns which of the known words the value is, in upper or lower case. */
  word<Word extends string>(name: string, known: readonly Word[], byDefault?: Word): Word {
    const text = this.text(name) ?? byDefault ?? "";
    return known.find((word) => word.toUpperCase() === text.toUpperCase()) ??
      this.refuse(`--${name} must be one of ${known.join(", ")}, got ${JSON.stringify(text)}`);
  }

  /** Refuses the arguments. Names the help without printing it: its text would hide the reason. */
  refuse(reason: string): never {
    const text = `${reason}\nSee dagsterpipes ${this.table.name} --help`;
    throw new DagsterPipesError("invalid_argument", text);
  }

  /** Throws an error again. If it is about options, it names them as the command line does. */
  rethrow(error: unknown): never {
    if (!(error instanceof DagsterPipesError) || error.code !== "invalid_argument") throw error;
    let text = error.message.replace(/^Cannot use the options of \w+: /, "");
    for (const [name, flag] of Object.entries(FLAG_OF_OPTION)) {
      // A name of one lower-case word may also be a word of the sentence.
      const place = /[A-Z]/.test(name) ? "\\b" : "(?<=^|[:;] )";
      text = text.replace(new RegExp(`${place}${name}\\b(?:\\[\\d+\\])?:?`, "g"), flag);
    }
    return this.refuse(text);
  }

  #parse(args: readonly string[], parse: typeof parseArgs): ParsedOptions {
    const options = Object.fromEntries(
      Object.entries(this.table.options).map(([name, { value }]) => [
        name,
        { type: value === undefined ? "boolean" : "string", multiple: true } as const,
      ]),
    );
    try {
      return parse({ args: [...args], options, strict: true, allowPositionals: true });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const [, unknown] = /^Unknown option '(-[^']*)'/.exec(message) ?? [];
      if (unknown === undefined) return this.refuse(message);
      const near = nearestWord(unknown, Object.keys(this.table.options).map((name) => `--${name}`));
      return this.refuse(`Unknown option ${unknown}${near ? `: did you mean ${near}?` : ""}`);
    }
  }
}

/** Returns the known word that was probably meant, or `undefined` if none is close. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  const close = known.map((other) => ({ other, edits: editDistance(word, other) }))
    .filter(({ edits }) => edits <= Math.max(2, word.length / 3));
  // Of two that are equally close, takes the one of the same length.
  const rank = ({ other, edits }: { other: string; edits: number }): number =>
    edits + Math.abs(other.length - word.length) / 100;
  return close.sort((a, b) => rank(a) - rank(b))[0]?.other;
}

/** Counts the characters to insert, delete or replace to turn one word into another. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [i, character] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries()) {
      const replaced = row[j]! + (character === other ? 0 : 1);
      next.push(Math.min(replaced, row[j + 1]! + 1, next[j]! + 1));
    }
    row = next;
  }
  return row.at(-1)!;
}
