import { DagsterPipesError } from "../errors.ts";

/**
 * How deep a value may be nested, counted in arrays, objects, maps and sets. Dagster stores values
 * by recursive functions of its own, two frames a level, on top of Python's limit of 1,000 frames:
 * 470 levels of JSON were stored and read back, 480 failed the step. The limit here leaves room for
 * deeper stacks than that of the test.
 */
export const MAX_NESTING = 200;

/**
 * Where in an argument the encoder stands: for error messages, and to see a circle or a value
 * nested too deep.
 */
export class ValuePath {
  readonly #segments: (string | number)[];
  readonly #parents: object[] = [];

  /**
   * Whether Dagster stores the value, and reads it back by code of its own: metadata, unlike
   * payloads and extras.
   */
  readonly isStored: boolean;

  constructor(...segments: (string | number)[]) {
    this.#segments = segments;
    this.isStored = segments[0] === "metadata";
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
    if (this.#parents.includes(container)) {
      this.refuse("is circular: it holds itself");
    }
    if (this.#parents.length === MAX_NESTING) {
      this.refuse(`is nested deeper than ${MAX_NESTING} levels, which Dagster could not store`);
    }
    this.#parents.push(container);
  }

  /** Ends what {@linkcode open} began. */
  close(): void {
    this.#parents.pop();
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
    let text = "";
    for (const segment of this.#segments) {
      if (typeof segment === "number") text += `[${segment}]`;
      else if (text === "") text = segment;
      else if (/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(segment)) {
        text += `.${segment}`;
      } else text += `[${JSON.stringify(segment)}]`;
    }
    return text;
  }
}

/**
 * Runs the code that looks at a value, or makes its wire text. Reading a user's object may run a
 * getter, a proxy or a `toJSON` that throws: that becomes an error which names the place, with the
 * thrown value as its cause.
 */
export function readingValue<T>(path: ValuePath, read: (path: ValuePath) => T): T {
  try {
    return read(path);
  } catch (error) {
    if (error instanceof DagsterPipesError) throw error;
    return path.refuse("cannot be read: it threw while it was looked at", error);
  }
}
