import { DagsterPipesError } from "../errors.ts";

type Method = (...args: never[]) => unknown;

/** V8 and JavaScriptCore have this; it is not in a standard yet. */
const { captureStackTrace }: {
  readonly captureStackTrace?: (error: object, method: Method) => void;
} = Error;

/** A call of a method of the context. */
export interface MethodCall {
  /** The asset or check that it is about. */
  subject?: string;
}

/**
 * Runs the work of a method of the context. An error of this package then names the method and the
 * subject, and the top of its stack is the line that called the method.
 *
 * @param work The work. It sets the subject as early as possible.
 */
export function asMethod<T>(name: string, method: Method, work: (call: MethodCall) => T): T {
  const call: MethodCall = {};
  try {
    return work(call);
  } catch (error) {
    if (!(error instanceof DagsterPipesError)) throw error;
    const { code, message, cause } = error;
    const isNamed = !call.subject && message.includes(name);
    const where = call.subject ? `${name} of ${call.subject}` : name;
    const text = isNamed ? message : `${message} (in ${where})`;
    // A copy: a channel may throw the same error from each call.
    const copy = new DagsterPipesError(code, text, cause === undefined ? undefined : { cause });
    throw withCallerOnTop(copy, method);
  }
}

/** Makes the line that called a method or getter the top of an error's stack. */
export function withCallerOnTop<T extends Error>(error: T, method: Method): T {
  captureStackTrace?.(error, method);
  return error;
}
