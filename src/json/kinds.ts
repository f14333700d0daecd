/** Whether a value of JSON is an object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Whether an object's keys are all that it holds: they are not of a `Map`, a `Date` and others with
 * contents of their own.
 */
export function isKeyed(value: unknown): value is Record<string, unknown> {
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
  if (isArray(value)) return "an array";
  const name = constructorName(value);
  return name === "Object" || name === ""
    ? "an object"
    : `${/^[AEIOU]/.test(name) ? "an" : "a"} ${name}`;
}

/** A revoked proxy throws even at this question. */
function isArray(value: object): boolean {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

function constructorName(value: object): string {
  try {
    const name: unknown = value.constructor?.name;
    return typeof name === "string" ? name : "";
  } catch {
    return "";
  }
}
