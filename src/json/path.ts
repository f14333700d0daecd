import { DagsterPipesError } from "../errors.ts";

/** What a reader does not take, though JSON can hold it. */
export interface ValueRules {
  /** How deep a value may be nested, counted in arrays, objects, maps and sets. */
  readonly maxNesting: number;
  /** Why no deeper. */
  readonly whyNoDeeper: string;
  /** Why a number must be finite. */
  readonly whyFinite: string;
  /** Returns what is wrong with an object, or `undefined` if nothing is. */
  readonly objectProblem?: (object: Record<string, unknown>) => string | undefined;
  /** Returns what is wrong with a key, or `undefined` if nothing is. */
  readonly keyProblem?: (key: string) => string | undefined;
}

const DEFAULT_RULES: ValueRules = {
  maxNesting: 1000,
  whyNoDeeper: "which is too deep for most readers",
  whyFinite: "JSON has no other numbers",
};

/** Where in a value the reading stands: for error messages, and to recognize a circle. */
export class ValuePath {
  /** The rules for all of the value. */
  readonly rules: ValueRules;
  /** The entry that is read, of the innermost level. A loop sets it for each of its entries. */
  key: string | number | undefined;
  readonly #name: string;
  /** The entries on the way to the innermost level. */
  readonly #outerKeys: (string | number | undefined)[] = [];
  readonly #containers: object[] = [];
  /** The keys that {@linkcode checkKey} found to be good. */
  readonly checkedKeys: ReadonlySet<string>;
  readonly #checkedKeys = new Set<string>();

  /** @param name The name of the value, which each path in an error message starts with. */
  constructor(name: string, rules: ValueRules = DEFAULT_RULES) {
    this.#name = name;
    this.rules = rules;
    this.checkedKeys = this.#checkedKeys;
  }

  /**
   * Calls a function that reads the value. That may run a getter, a proxy or a `toJSON` which
   * throws: it becomes an error that names the place, with the thrown value as its cause.
   */
  reading<T>(read: (path: ValuePath) => T): T {
    try {
      return read(this);
    } catch (error) {
      if (error instanceof DagsterPipesError) throw error;
      return this.refuse("cannot be read: reading it threw", error);
    }
  }

  /** Calls a function that reads an entry. */
  inside<T>(key: string | number, read: () => T): T {
    this.down();
    this.key = key;
    const result = read();
    this.up();
    return result;
  }

  /** Goes down to a level of entries. */
  down(): void {
    this.#outerKeys.push(this.key);
    this.key = undefined;
  }

  /** Comes back up from a level of entries. */
  up(): void {
    this.key = this.#outerKeys.pop();
  }

  /** Goes down to the entries of a container. Refuses one that holds itself or is nested too deep. */
  open(container: object): void {
    if (this.#containers.includes(container)) {
      this.refuse("is circular: it holds itself");
    }
    const { maxNesting, whyNoDeeper } = this.rules;
    if (this.#containers.length === maxNesting) {
      this.refuse(`is nested deeper than ${maxNesting} levels, ${whyNoDeeper}`);
    }
    this.#containers.push(container);
    this.down();
  }

  /** Ends what {@linkcode open} began. */
  close(): void {
    this.#containers.pop();
    this.up();
  }

  /** Refuses a key of this level. Returns whether it is well-formed Unicode. */
  checkKey(key: string): boolean {
    const problem = this.rules.keyProblem?.(key.toWellFormed());
    if (problem !== undefined) {
      this.key = undefined;
      this.refuse(problem);
    }
    if (!key.isWellFormed()) return false;
    this.#checkedKeys.add(key);
    return true;
  }

  /** Throws: the value here cannot be sent, and why. */
  refuse(why: string, cause?: unknown): never {
    throw new DagsterPipesError(
      "invalid_value",
      `${this}: ${why}`,
      cause === undefined ? undefined : { cause },
    );
  }

  toString(): string {
    const keys = [...this.#outerKeys, this.key].filter((key) => key !== undefined);
    const texts = keys.map((key) =>
      typeof key === "string" && /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key)
        ? `.${key}`
        : `[${JSON.stringify(key)}]`
    );
    return `${this.#name}${texts.join("")}`;
  }
}
