/**
 * A value of a line, as JavaScript would have it: integers are numbers, but for those that a number
 * could not hold.
 */
export function plain(value: unknown): unknown {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  if (Array.isArray(value)) return value.map(plain);
  return typeof value === "object" && value !== null ? plainRecord(value) : value;
}

/** The same for the values of an object. */
export function plainRecord(object: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, plain(value)]));
}
