/**
 * Offline stand-in for `jsr:@std/assert`: the same code, compiled, from npm, with the types that
 * the npm package leaves out.
 *
 * @module
 */
import * as std from "npm:deno-std@1.4.0/assert/mod.js";

// deno-lint's rule against `any` stands, so a constructor's arguments are `never[]`: every class
// fits.
type Class<T> = abstract new (...args: never[]) => T;
type ErrorClass<E extends Error> = new (...args: never[]) => E;

/** The error of a failed assertion. */
export interface AssertionError extends Error {
  readonly name: "AssertionError";
}
/** The class of a failed assertion's error. */
export const AssertionError: new (
  message: string,
  options?: ErrorOptions,
) => AssertionError = std.AssertionError;

/** Whether two values are deeply equal. */
export const equal: (a: unknown, b: unknown) => boolean = std.equal;

/** Fails unless `expr` is truthy. */
export const assert: (expr: unknown, msg?: string) => asserts expr = std.assert;

/** Fails unless `expr` is falsy. */
export const assertFalse: (expr: unknown, msg?: string) => void = std.assertFalse;

/** Fails unless both are deeply equal. */
export const assertEquals: <T>(actual: T, expected: T, msg?: string) => void = std.assertEquals;

/** Fails if both are deeply equal. */
export const assertNotEquals: <T>(
  actual: T,
  expected: T,
  msg?: string,
) => void = std.assertNotEquals;

/** Fails unless both are the same value, by `Object.is`. */
export const assertStrictEquals: <T>(
  actual: unknown,
  expected: T,
  msg?: string,
) => asserts actual is T = std.assertStrictEquals;

/** Fails if both are the same value, by `Object.is`. */
export const assertNotStrictEquals: <T>(
  actual: T,
  expected: T,
  msg?: string,
) => void = std.assertNotStrictEquals;

/** Fails if the value is `null` or `undefined`. */
export const assertExists: <T>(
  actual: T,
  msg?: string,
) => asserts actual is NonNullable<T> = std.assertExists;

/** Fails unless the value is an instance of the class. */
export const assertInstanceOf: <T>(
  actual: unknown,
  expectedType: Class<T>,
  msg?: string,
) => asserts actual is T = std.assertInstanceOf;

/** Fails if the value is an instance of the class. */
export const assertNotInstanceOf: <A, T>(
  actual: A,
  unexpectedType: Class<T>,
  msg?: string,
) => asserts actual is Exclude<A, T> = std.assertNotInstanceOf;

/** Fails unless the value is an error of that class whose message holds the text. */
export const assertIsError: <E extends Error = Error>(
  error: unknown,
  errorClass?: ErrorClass<E>,
  msgMatches?: string | RegExp,
  msg?: string,
) => asserts error is E = std.assertIsError;

/** Fails unless both differ by the tolerance at most. */
export const assertAlmostEquals: (
  actual: number,
  expected: number,
  tolerance?: number,
  msg?: string,
) => void = std.assertAlmostEquals;

/** Fails unless `actual` holds every element of `expected`. */
export const assertArrayIncludes: <T>(
  actual: ArrayLike<T>,
  expected: ArrayLike<T>,
  msg?: string,
) => void = std.assertArrayIncludes;

/** Fails unless `actual > expected`. */
export const assertGreater: <T>(actual: T, expected: T, msg?: string) => void = std.assertGreater;

/** Fails unless `actual >= expected`. */
export const assertGreaterOrEqual: <T>(
  actual: T,
  expected: T,
  msg?: string,
) => void = std.assertGreaterOrEqual;

/** Fails unless `actual < expected`. */
export const assertLess: <T>(actual: T, expected: T, msg?: string) => void = std.assertLess;

/** Fails unless `actual <= expected`. */
export const assertLessOrEqual: <T>(
  actual: T,
  expected: T,
  msg?: string,
) => void = std.assertLessOrEqual;

/** Fails unless the text matches. */
export const assertMatch: (
  actual: string,
  expected: RegExp,
  msg?: string,
) => void = std.assertMatch;

/** Fails if the text matches. */
export const assertNotMatch: (
  actual: string,
  expected: RegExp,
  msg?: string,
) => void = std.assertNotMatch;

/** Fails unless `actual` holds the keys and values of `expected`. */
export const assertObjectMatch: (
  actual: Record<PropertyKey, unknown>,
  expected: Record<PropertyKey, unknown>,
  msg?: string,
) => void = std.assertObjectMatch;

/** Fails unless the text holds the other. */
export const assertStringIncludes: (
  actual: string,
  expected: string,
  msg?: string,
) => void = std.assertStringIncludes;

interface AssertThrows {
  (fn: () => unknown, msg?: string): unknown;
  <E extends Error = Error>(
    fn: () => unknown,
    errorClass: ErrorClass<E>,
    msgIncludes?: string,
    msg?: string,
  ): E;
}
/** Fails unless the function throws; gives back what it threw. */
export const assertThrows: AssertThrows = std.assertThrows;

interface AssertRejects {
  (fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
  <E extends Error = Error>(
    fn: () => PromiseLike<unknown>,
    errorClass: ErrorClass<E>,
    msgIncludes?: string,
    msg?: string,
  ): Promise<E>;
}
/** Fails unless the function's promise rejects; gives back the reason. */
export const assertRejects: AssertRejects = std.assertRejects;

/** Fails always. */
export const fail: (msg?: string) => never = std.fail;

/** Fails always: this place must not be reached. */
export const unreachable: (msg?: string) => never = std.unreachable;

/** Fails always: this place is still to be written. */
export const unimplemented: (msg?: string) => never = std.unimplemented;
