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
  readonly #segments: (string | number)[];
  /** How many of the segments count: that is cheaper than to take them off and put them on. */
  #length = 1;
  readonly #containers: object[] = [];
  readonly #checkedKeys = new Set<string>();

  /** @param name The name of the value, which each path in an error message starts with. */
  constructor(name: string, rules: ValueRules = DEFAULT_RULES) {
    this.rules = rules;
    this.#segments = [name];
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

  /** Calls a function that reads an entry of what the path points to. */
  inside<T>(segment: string | number, read: () => T): T {
    this.enter(segment);
    const result = read();
    this.leave();
    return result;
  }

  /** Goes down to an entry of what the path points to. */
  enter(segment: string | number): void {
    this.#segments[this.#length++] = segment;
  }

  /** Comes back up from an entry. */
  leave(): void {
    this.#length--;
  }

  /**
   * Records that the entries of a container come next, and refuses one that holds itself or is
   * nested too deep.
   */
  open(container: object): void {
    if (this.#containers.includes(container)) {
      this.refuse("is circular: it holds itself");
    }
    const { maxNesting, whyNoDeeper } = this.rules;
    if (this.#containers.length === maxNesting) {
      this.refuse(`is nested deeper than ${maxNesting} levels, ${whyNoDeeper}`);
    }
    this.#containers.push(container);
  }

  /** Ends what {@linkcode open} began. */
  close(): void {
    this.#containers.pop();
  }

  /** Refuses a key of what the path points to. Returns whether it is well-formed Unicode. */
  checkKey(key: string): boolean {
    if (this.#checkedKeys.has(key)) return true;
    const problem = this.rules.keyProblem?.(key.toWellFormed());
    if (problem !== undefined) this.refuse(problem);
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
    const [name, ...segments] = this.#segments.slice(0, this.#length);
    const texts = segments.map((segment) =>
      typeof segment === "string" && /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(segment)
        ? `.${segment}`
        : `[${JSON.stringify(segment)}]`
    );
    return `${name}${texts.join("")}`;
  }
}
