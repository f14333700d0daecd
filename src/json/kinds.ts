/** Whether a value is what JSON calls an object: one that is not null, and no array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether an object is an instance of no class, but of `Object`. */
export function isPlainObject(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object);
  return prototype === Object.prototype || prototype === null;
}

/** What JavaScript and the web call objects that hold more than their keys show. */
const OPAQUE = new Set(
  ("Arguments ArrayBuffer AsyncGenerator BigInt Blob Boolean DataView Date Error File FormData " +
    "Function Generator Headers Map Number Promise ReadableStream RegExp Request Response Set " +
    "SharedArrayBuffer String Symbol URL URLSearchParams WeakMap WeakRef WeakSet WritableStream " +
    "BigInt64Array BigUint64Array Float16Array Float32Array Float64Array Int16Array Int32Array " +
    "Int8Array Uint16Array Uint32Array Uint8Array Uint8ClampedArray").split(" "),
);

/**
 * Whether a value is an object whose keys are all that it holds, unlike those of a `Map`, a `Date`
 * and others with contents of their own. An instance of a class of the user's is one, whatever tag
 * it has.
 */
export function isDictionary(value: unknown): value is Record<string, unknown> {
  if (!isRecord(value)) return false;
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  return tag === "Object" || !(OPAQUE.has(tag) || tag.endsWith("Iterator"));
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
  // The most common of all slips, and one that has one mend.
  if (name === "Promise") return "a Promise: await it first";
  return typeof name !== "string" || name === "Object" || name === ""
    ? "an object"
    : `${/^[AEIOU]/.test(name) ? "an" : "a"} ${name}`;
}
