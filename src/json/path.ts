import { DagsterPipesError } from "../errors.ts";

/**
 * Dagster stores values by recursive functions of its own, two frames a level, within Python's limit
 * of 1,000 frames: 470 levels of JSON were stored and read back, 480 failed the step. The limit here
 * leaves room for deeper stacks than that of the test.
 */
const MAX_NESTING_LEVELS = 200;

/** The place in a value that is being read: for error messages, and to recognize a circle. */
export class ValuePath {
  /** The entry that is being read, of the innermost level. A loop sets it for each of its entries. */
  key: string | number | undefined;
  /** The keys that {@linkcode checkKey} accepted. */
  readonly checkedKeys: Set<string> = new Set();
  readonly #name: string;
  readonly #keyProblem: (key: string) => string | undefined;
  /** The entries on the way to the innermost level. */
  readonly #outerKeys: (string | number | undefined)[] = [];
  readonly #containers: object[] = [];

  /**
   * @param name The name of the value, which each path in an error message starts with.
   * @param keyProblem Returns what is wrong with a key, or `undefined` if nothing is.
   */
  constructor(name: string, keyProblem: (key: string) => string | undefined = () => undefined) {
    this.#name = name;
    this.#keyProblem = keyProblem;
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
    if (this.#containers.length === MAX_NESTING_LEVELS) {
      this.refuse(
        `is nested deeper than ${MAX_NESTING_LEVELS} levels, which Dagster could not store`,
      );
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
    const problem = this.#keyProblem(key.toWellFormed());
    if (problem !== undefined) {
      this.key = undefined;
      this.refuse(problem);
    }
    if (!key.isWellFormed()) return false;
    this.checkedKeys.add(key);
    return true;
  }

  /** Throws an error that names this place. */
  refuse(why: string, cause?: unknown): never {
    const options = cause === undefined ? undefined : { cause };
    throw new DagsterPipesError("invalid_value", `${this}: ${why}`, options);
  }

  toString(): string {
    const texts = [...this.#outerKeys, this.key].map((key) => {
      if (key === undefined) return "";
      const isName = typeof key === "string" && /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key);
      return isName ? `.${key}` : `[${JSON.stringify(key)}]`;
    });
    return `${this.#name}${texts.join("")}`;
  }
}
