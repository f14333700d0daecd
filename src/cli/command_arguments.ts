import { parseArgs } from "node:util";
import { DagsterPipesError } from "../errors.ts";
import type { CommandTable } from "./command_tables.ts";
import { nearestName } from "./nearest_name.ts";

type OptionValues = Readonly<Record<string, readonly (string | boolean)[] | undefined>>;

/** The arguments of a command, parsed by its table. */
export class CommandArguments {
  /** The command after `--`, or the words of the text. */
  readonly words: readonly string[];
  readonly #table: CommandTable;
  readonly #values: OptionValues;

  /**
   * Parses arguments.
   *
   * @param args What follows the name of the command.
   * @throws {DagsterPipesError} `invalid_argument` if they do not match the table.
   */
  constructor(table: CommandTable, args: readonly string[]) {
    this.#table = table;
    const split = args.includes("--") ? args.indexOf("--") : args.length;
    const behind = args.slice(split + 1);
    // Without the --, what looks like an option may be one of the command.
    if (table.argument === "command" && behind.length === 0) {
      this.refuse(
        `The command must come after --, as in: dagsterpipes ${table.name} -- node orders.ts`,
      );
    }
    const { values, positionals } = this.#parse(args.slice(0, split));
    this.#values = values;
    this.words = [...positionals, ...behind];
    const [misplaced] = table.argument === "command" ? positionals : this.words;
    if (table.argument === "text" ? misplaced === undefined : misplaced !== undefined) {
      this.refuse(
        {
          command: `${JSON.stringify(misplaced)} is not an option: the command must come after --`,
          text: `${table.name} must be followed by a text`,
          none: `${table.name} takes only options, got ${JSON.stringify(misplaced)}`,
        }[table.argument],
      );
    }
    for (const [name, { value, isRepeatable, isRequired }] of Object.entries(table.options)) {
      const count = values[name]?.length ?? 0;
      if (isRequired && count === 0) this.refuse(`${table.name} needs --${name} ${value}`);
      if (!isRepeatable && count > 1) this.refuse(`--${name} may be given only once`);
    }
  }

  /** The name of the command. */
  get commandName(): string {
    return this.#table.name;
  }

  /** Whether a flag is given. */
  flag(name: string): boolean {
    return this.#values[name] !== undefined;
  }

  /** The value of an option, or `undefined` if it is not given. */
  text(name: string): string | undefined {
    return this.texts(name)[0];
  }

  /** All values of an option. */
  texts(name: string): string[] {
    return (this.#values[name] ?? []).map(String);
  }

  /** The value of an option that is a number, such as "a number of seconds". */
  number(name: string, expected: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const number = Number(text);
    if (text.trim() !== "" && number >= 0 && number < Infinity) return number;
    return this.refuse(`--${name} must be ${expected}, got ${JSON.stringify(text)}`);
  }

  /** The value of an option that is one of a few words, in upper or lower case. */
  word<Word extends string>(name: string, known: readonly Word[], byDefault?: Word): Word {
    const text = this.text(name) ?? byDefault ?? "";
    return known.find((word) => word.toUpperCase() === text.toUpperCase()) ??
      this.refuse(`--${name} must be one of ${known.join(", ")}, got ${JSON.stringify(text)}`);
  }

  /** Refuses the arguments. It only names the help, whose text would hide the reason. */
  refuse(reason: string): never {
    const advice = `See dagsterpipes ${this.#table.name} --help`;
    throw new DagsterPipesError("invalid_argument", `${reason}\n${advice}`);
  }

  #parse(args: readonly string[]): { values: OptionValues; positionals: string[] } {
    const options = Object.fromEntries(
      Object.entries(this.#table.options).map(([name, { value }]) => [
        name,
        { type: value === undefined ? "boolean" : "string", multiple: true } as const,
      ]),
    );
    try {
      return parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const [, unknown] = /^Unknown option '(-[^']*)'/.exec(message) ?? [];
      return this.refuse(unknown === undefined ? message : this.#unknownOption(unknown));
    }
  }

  #unknownOption(unknown: string): string {
    const options = Object.entries(this.#table.options);
    const renamed = options.find(([, { formerName }]) => `--${formerName}` === unknown);
    if (renamed !== undefined) return `There is no option ${unknown}: use --${renamed[0]}`;
    const near = nearestName(unknown, options.map(([name]) => `--${name}`));
    return `There is no option ${unknown}${near === undefined ? "" : `: did you mean ${near}?`}`;
  }
}
