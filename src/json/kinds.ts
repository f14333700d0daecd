/** Whether a value is what JSON calls an object: not null, and not an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value is an object, and not an instance of a class. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return true;
  // Another realm has an `Object.prototype` of its own, which has no prototype either.
  return Object.getPrototypeOf(prototype) === null && !Array.isArray(value);
}

/** Returns a check whether a getter or a method of a built-in class works on a value of any realm. */
function brandCheck<T>(read: ((this: T) => unknown) | undefined): (value: object) => boolean {
  return (value) => {
    try {
      read?.call(value as T);
      return true;
    } catch {
      return false;
    }
  };
}

const hasTime = brandCheck(Date.prototype.getTime);
const hasMapSize = brandCheck(getterOf(Map.prototype, "size"));
const hasSetSize = brandCheck(getterOf(Set.prototype, "size"));

function getterOf(object: object, name: string): (() => unknown) | undefined {
  return Object.getOwnPropertyDescriptor(object, name)?.get;
}

/** Whether a value is a `Date`, of this realm or of another, such as that of a test in Jest. */
export function isDate(value: unknown): value is Date {
  return typeof value === "object" && value !== null && hasTime(value);
}

/** Whether an object is a `Map` of any realm. */
export function isMap(object: object): object is Map<unknown, unknown> {
  return hasMapSize(object);
}

/** Whether an object is a `Set` of any realm. */
export function isSet(object: object): object is Set<unknown> {
  return hasSetSize(object);
}

/** Whether an object only wraps a string, a number or a boolean. */
export function isBoxed(object: object): boolean {
  return /^\[object (?:String|Number|Boolean)\]$/.test(Object.prototype.toString.call(object)) &&
    typeof object.valueOf() !== "object";
}

/** Whether a value is a `URL` of any realm or library. */
export function isUrl(value: unknown): value is URL {
  return value instanceof URL ||
    typeof value === "object" && value !== null && "searchParams" in value && "href" in value &&
      typeof value.href === "string" && Object.prototype.toString.call(value) === "[object URL]";
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
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  return tag === "Object" || !(OPAQUE.has(tag) || tag.endsWith("Iterator"));
}

/** Describes a value in a word or two, to end a sentence with `got`. */
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
    // A revoked proxy throws even here.
  }
  if (name === "Promise") return "a Promise: await it first";
  return typeof name !== "string" || name === "Object" || name === ""
    ? "an object"
    : `${/^[AEIOU]/.test(name) ? "an" : "a"} ${name}`;
}
