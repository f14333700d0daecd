import { DagsterPipesError } from "../errors.ts";

/** What keeps a value from its reader, though JSON can say it. */
export interface ValueRules {
  /** How deep a value may be nested, counted in arrays, objects, maps and sets. */
  readonly maxNesting: number;
  /** Why no deeper. */
  readonly whyNoDeeper: string;
  /** Why a number must be finite. */
  readonly whyFinite: string;
  /** What is wrong with an object, or `undefined` if nothing is. */
  readonly objectProblem?: (object: Record<string, unknown>) => string | undefined;
  /** What is wrong with a key, or `undefined` if nothing is. */
  readonly keyProblem?: (key: string) => string | undefined;
}

const DEFAULT_RULES: ValueRules = {
  maxNesting: 1000,
  whyNoDeeper: "which is too deep for most readers",
  whyFinite: "JSON has no other",
};

/** Where in a value its wire text is being made: for error messages, and to see a circle. */
export class ValuePath {
  /** What holds for all of the value. */
  readonly rules: ValueRules;
  readonly #segments: (string | number)[];
  readonly #containers: object[] = [];

  constructor(name: string, rules: ValueRules = DEFAULT_RULES) {
    this.rules = rules;
    this.#segments = [name];
  }

  /**
   * Runs the code that looks at the value. That may run a getter, a proxy or a `toJSON` which
   * throws: it becomes an error that names the place, with the thrown value as its cause.
   */
  reading<T>(read: (path: ValuePath) => T): T {
    try {
      return read(this);
    } catch (error) {
      if (error instanceof DagsterPipesError) throw error;
      return this.refuse("cannot be read: it threw while it was looked at", error);
    }
  }

  /** Runs what makes the text of an entry of what the path points to. */
  inside<T>(segment: string | number, make: () => T): T {
    this.enter(segment);
    const result = make();
    this.leave();
    return result;
  }

  /** Goes down to an entry of what the path points to. */
  enter(segment: string | number): void {
    this.#segments.push(segment);
  }

  /** Comes back up from an entry. */
  leave(): void {
    this.#segments.pop();
  }

  /**
   * Notes that the entries of a container come next, and refuses one that holds itself or lies too
   * deep.
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

  /** How many levels may follow. */
  get levelsLeft(): number {
    return this.rules.maxNesting - this.#containers.length;
  }

  /** Ends what {@linkcode open} began. */
  close(): void {
    this.#containers.pop();
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
    const [name, ...segments] = this.#segments;
    const texts = segments.map((segment) =>
      typeof segment === "string" && /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(segment)
        ? `.${segment}`
        : `[${JSON.stringify(segment)}]`
    );
    return `${name}${texts.join("")}`;
  }
}
