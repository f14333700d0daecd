import { DagsterPipesError } from "../errors.ts";
import { type OptionKinds, type ReadOptions, readOptions } from "../runtime/process_entry.ts";

/** How a command is called. */
export interface Usage {
  readonly name: string;
  /** What `--help` prints. */
  readonly text: string;
  readonly options: OptionKinds;
  /** Whether a command comes behind `--`. */
  readonly hasCommand: boolean;
}

/** The arguments of a command: its options, and what comes behind `--`. */
export class Arguments {
  /** What stands between the options. */
  readonly positionals: readonly string[];
  /** What comes behind `--`. */
  readonly command: readonly string[];
  readonly #usage: Usage;
  readonly #values: ReadOptions["values"];

  constructor(usage: Usage, args: readonly string[]) {
    this.#usage = usage;
    const split = args.indexOf("--");
    this.command = split < 0 ? [] : args.slice(split + 1);
    // What comes without the -- may be the options of the command.
    if (usage.hasCommand && this.command.length === 0) {
      this.refuse(
        `The command must come after --, as in: dagsterpipes ${usage.name} -- node orders.ts`,
      );
    }
    const { values, positionals } = this.#read(split < 0 ? args : args.slice(0, split));
    const [first] = positionals;
    if (usage.hasCommand && first !== undefined) {
      this.refuse(`${JSON.stringify(first)} is no option: the command must come after --`);
    }
    this.#values = values;
    this.positionals = positionals;
  }

  /** Whether an option stands there that has no value. */
  flag(name: string): boolean {
    return this.#values[name] !== undefined;
  }

  /** The value of an option, if it stands there. */
  text(name: string): string | undefined {
    const [value, second] = this.texts(name);
    return second === undefined ? value : this.refuse(`--${name} may stand there once only`);
  }

  /** All values of an option. */
  texts(name: string): string[] {
    return (this.#values[name] ?? []).map(String);
  }

  /** The value of an option as a number of seconds, if it stands there. */
  seconds(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const number = Number(value);
    // No timer of JavaScript takes more.
    if (value.trim() !== "" && number >= 0 && number < 2 ** 31 / 1000) return number;
    return this.refuse(`--${name} must be a number of seconds, got ${JSON.stringify(value)}`);
  }

  /** The word that another one was probably meant to be; `undefined` where none is near. */
  nearest(word: string, known: readonly string[]): string | undefined {
    return nearest(word, known);
  }

  /** Refuses the arguments, and says who knows more: a whole usage would push the reason away. */
  refuse(what: string): never {
    const more = `dagsterpipes ${this.#usage.name} --help says how it is called.`;
    throw new DagsterPipesError("invalid_argument", `${what}\n${more}`);
  }

  #read(own: readonly string[]): ReadOptions {
    // To load what reads them takes a launcher a millisecond.
    if (own.length === 0) return { values: {}, positionals: [] };
    try {
      return readOptions(own, this.#usage.options);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const [, unknown] = /^Unknown option '(-[^']*)'/.exec(message) ?? [];
      if (unknown === undefined) return this.refuse(message);
      const names = Object.keys(this.#usage.options).map((name) => `--${name}`);
      const near = this.nearest(unknown, names);
      const advice = near === undefined ? "" : `: did you mean ${near}?`;
      return this.refuse(`There is no option ${unknown}${advice}`);
    }
  }
}

/** The word that another one was probably meant to be; `undefined` where none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const near = known.map((other) => ({ other, edits: distance(word, other) }))
    .filter(({ edits }) => edits <= Math.max(2, word.length / 3));
  const strangeness = ({ other, edits }: { other: string; edits: number }): number =>
    edits + Math.abs(other.length - word.length) / 100;
  return near.sort((a, b) => strangeness(a) - strangeness(b))[0]?.other;
}

/** How many characters must be put in, left out or replaced to make one word of another. */
function distance(from: string, to: string): number {
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
