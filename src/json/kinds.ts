/** Whether a value is what JSON calls an object: not null, and not an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value is an object that is not an instance of a class. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (!isRecord(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return true;
  // Another realm has its own `Object.prototype`, whose prototype is `null` too.
  return Object.getPrototypeOf(prototype) === null;
}

/**
 * Returns the name of the built-in class of a value, such as `Date`. Unlike `instanceof`, it knows
 * the classes of other realms, such as that of a test in Jest.
 */
export function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}

export function isDate(value: unknown): value is Date {
  return tagOf(value) === "Date";
}

/** Whether a value is a `URL`, of the runtime or of a library. */
export function isUrl(value: unknown): value is URL {
  return isRecord(value) && tagOf(value) === "URL" && typeof value.href === "string";
}

/** The tags of built-in objects that hold more than their keys show. */
const OPAQUE = new Set(
  ("Arguments ArrayBuffer AsyncGenerator BigInt Blob Boolean DataView Date Error File FormData " +
    "Function Generator Headers Map Number Promise ReadableStream RegExp Request Response Set " +
    "SharedArrayBuffer String Symbol URL URLSearchParams WeakMap WeakRef WeakSet WritableStream " +
    "BigInt64Array BigUint64Array Float16Array Float32Array Float64Array Int16Array Int32Array " +
    "Int8Array Uint16Array Uint32Array Uint8Array Uint8ClampedArray").split(" "),
);

/**
 * Whether a value is an object whose keys are all that it holds, unlike a `Map` or a `Date`. An
 * instance of the user's own class is one.
 */
export function isDictionary(value: unknown): value is Record<string, unknown> {
  if (isPlainObject(value)) return true;
  if (!isRecord(value)) return false;
  const tag = tagOf(value);
  return tag === "Object" || !(OPAQUE.has(tag) || tag.endsWith("Iterator"));
}

/** Describes a value in a word or two, to end a sentence with `got`. */
export function kindOf(value: unknown): string {
  switch (typeof value) {
    case "undefined":
      return "undefined";
    case "object":
      return kindOfObject(value);
    case "number":
      return Number.isFinite(value) ? `the number ${value}` : String(value);
    case "string":
      return `the string ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
    default:
      return `a ${typeof value}`;
  }
}

function kindOfObject(value: object | null): string {
  if (value === null) return "null";
  let name: unknown;
  try {
    if (Array.isArray(value)) return "an array";
    name = value.constructor?.name;
  } catch {
    // A revoked proxy throws even here.
  }
  if (name === "Promise") return "a Promise: await it first";
  if (typeof name !== "string" || name === "Object" || name === "") return "an object";
  return `${/^[AEIOU]/.test(name) ? "an" : "a"} ${name}`;
}
