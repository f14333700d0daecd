import { isRecord, kindOf } from "../json/kinds.ts";
import { DagsterPipesError } from "../errors.ts";
import { readArgument } from "../protocol/argument.ts";

type Method = (...args: never[]) => unknown;

/** V8 and JavaScriptCore have this; it is not in a standard yet. */
const { captureStackTrace }: {
  readonly captureStackTrace?: (error: object, method: Method) => void;
} = Error;

/**
 * Runs the work of a method of the context. An error of this package then names the method and what
 * it is about, and the top of its stack is the line that called the method.
 *
 * @param name The name of the method.
 * @param method The method itself: the frames above it in the stack are left out.
 * @param work The work. It passes the asset or check to `about` as early as possible.
 */
export function asMethod<T>(
  name: string,
  method: Method,
  work: (about: (subject: string) => void) => T,
): T {
  let subject = "";
  try {
    return work((text) => subject = text);
  } catch (error) {
    if (!(error instanceof DagsterPipesError)) throw error;
    const { code, message, cause } = error;
    const isNamed = subject === "" && message.includes(name);
    const where = subject === "" ? name : `${name} of ${subject}`;
    // A copy: a channel may throw the same error from each call.
    throw withCallerOnTop(
      new DagsterPipesError(
        code,
        isNamed ? message : `${message} (in ${where})`,
        cause === undefined ? undefined : { cause },
      ),
      method,
    );
  }
}

/** Makes the line that called a method or getter the top of an error's stack. */
export function withCallerOnTop<T extends Error>(error: T, method: Method): T {
  captureStackTrace?.(error, method);
  return error;
}

/**
 * Reads each field of a report exactly once, so that the value that is checked is the value that is
 * sent. If a getter or a proxy throws, that becomes an error of this package.
 */
export function readReport<R extends object>(
  method: string,
  report: R,
  keys: readonly (keyof R & string)[],
): R {
  return readArgument(method, () => {
    if (!isRecord(report)) {
      throw new DagsterPipesError(
        "invalid_argument",
        `${method} takes an object, got ${kindOf(report)}`,
      );
    }
    const unknown = Object.keys(report).find((key) => !keys.some((known) => known === key));
    if (unknown !== undefined) {
      throw new DagsterPipesError(
        "invalid_argument",
        `${method} does not take ${JSON.stringify(unknown)}. It takes ${keys.join(", ")}`,
      );
    }
    const fields: Record<string, unknown> = {};
    for (const key of keys) {
      const value = report[key];
      fields[key] = Array.isArray(value) ? [...value] : value;
    }
    // The same fields under the same names.
    return fields as R;
  });
}
