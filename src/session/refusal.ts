import { DagsterPipesError } from "../errors.ts";

type Callable = (...args: never[]) => unknown;

/** V8 and JavaScriptCore have it; no standard does yet. */
const { captureStackTrace }: {
  readonly captureStackTrace?: (error: object, from?: Callable) => void;
} = Error;

/**
 * Does what a method of the context is there for. An error of this package says which method, and
 * about what, and has the line that called the method on top of its stack: that is the one to mend.
 *
 * @param name The name of the method.
 * @param method The method itself: frames down to it are the package's own.
 * @param action Does it. It is given a function by which it says what it is about.
 */
export function asMethod<T>(
  name: string,
  method: Callable,
  action: (about: (subject: string) => void) => T,
): T {
  let subject = "";
  try {
    return action((about) => subject = about);
  } catch (error) {
    throw refusalBy(error, name, method, subject);
  }
}

/** What a method throws of an error: one of this package in its own name. */
export function refusalBy(
  error: unknown,
  name: string,
  method: Callable,
  subject: string = "",
): unknown {
  if (!(error instanceof DagsterPipesError)) return error;
  const { code, message, cause } = error;
  const isSaid = message.includes(name) && subject === "";
  const text = isSaid
    ? message
    : `${message} (in ${name}${subject === "" ? "" : ` of ${subject}`})`;
  const tell = () => new DagsterPipesError(code, text, cause === undefined ? undefined : { cause });
  const told = tell();
  // The stack is read after that only: Bun prints an error with the stack that was read first.
  captureStackTrace?.(told, method);
  // Where the method was wrapped in a way that hides it, all frames are better than none.
  return /^\s+at |@/m.test(told.stack ?? "") ? told : tell();
}
