import { floatText } from "./value_text.ts";
import { isPlain, stringText } from "./string_text.ts";

/** Deeper values are left to the way that can say where it is. */
const MOST_LEVELS = 64;

/**
 * The wire text of a value that is made of plain objects, arrays and what is in them, each looked at
 * just once; `undefined` where something in it is not of that kind, or could not be sent.
 *
 * It takes a third of the time of the way that knows at each point where it is. That one is gone
 * afterwards where this one gives nothing.
 */
export function plainText(value: unknown): string | undefined {
  try {
    return valueText(value, MOST_LEVELS);
  } catch {
    // A getter or a proxy: where it is, the other way tells.
    return undefined;
  }
}

function valueText(value: unknown, levels: number): string | undefined {
  switch (typeof value) {
    case "string":
      return stringText(value);
    case "number":
      return plainNumberText(value);
    case "boolean":
      return value ? "true" : "false";
    case "object":
      if (value === null) return "null";
      if (levels === 0) return undefined;
      return Array.isArray(value) ? arrayText(value, levels - 1) : objectText(value, levels - 1);
    default:
      return undefined;
  }
}

/** The wire text of a number that JavaScript writes exactly. */
export function plainNumberText(value: number): string | undefined {
  if (Number.isInteger(value)) {
    if (!Number.isSafeInteger(value)) return undefined;
    return Object.is(value, -0) ? floatText(value) : String(value);
  }
  return Number.isFinite(value) ? String(value) : undefined;
}

/** Whether an object has its own fields, and nothing of its class that JSON would have to follow. */
export function isPlainObject(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) &&
    Object.getOwnPropertySymbols(value).length === 0 && !("toJSON" in value);
}

function arrayText(values: readonly unknown[], levels: number): string | undefined {
  if ("toJSON" in values) return undefined;
  let text = "[";
  for (let i = 0; i < values.length; i++) {
    const item = valueText(values[i], levels);
    if (item === undefined) return undefined;
    text += i === 0 ? item : `,${item}`;
  }
  return `${text}]`;
}

function objectText(value: object, levels: number): string | undefined {
  if (!isPlainObject(value)) return undefined;
  let text = "{";
  let separator = "";
  for (const key of Object.keys(value)) {
    // Two keys may become the same one; others may be those that the rules are about.
    if (!isPlain(key) || key.startsWith("__") || key === "rawValue") return undefined;
    const field = valueText(value[key], levels);
    if (field === undefined) return undefined;
    text += `${separator}"${key}":${field}`;
    separator = ",";
  }
  return `${text}}`;
}
