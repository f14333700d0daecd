/** Whether a value is what JSON calls an object: one that is not null, and no array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Whether a value is an object whose keys are all that it holds, unlike those of a `Map`, a `Date`
 * and others with contents of their own.
 */
export function isDictionary(value: unknown): value is Record<string, unknown> {
  return isRecord(value) && Object.prototype.toString.call(value) === "[object Object]";
}

/** Says in a word or two what a value is, to end a sentence with `got`. */
export function kindOf(value: unknown): string {
  switch (typeof value) {
    case "undefined":
      return "undefined";
    case "object":
      break;
    case "number":
      return Number.isFinite(value) ? `the number ${value}` : String(value);
    case "string":
      return `the string ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
    default:
      return `a ${typeof value}`;
  }
  if (value === null) return "null";
  let name: unknown;
  try {
    if (Array.isArray(value)) return "an array";
    name = value.constructor?.name;
  } catch {
    // A proxy that is revoked throws even at such questions.
  }
  return typeof name !== "string" || name === "Object" || name === ""
    ? "an object"
    : `${/^[AEIOU]/.test(name) ? "an" : "a"} ${name}`;
}
