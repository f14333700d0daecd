import type { Held } from "../dagster/held.ts";
import { isUnstable } from "./scope.ts";

/** Nobody can say what Dagster should hold: the value changes with each look at it. */
export class Unstable extends Error {}

/** The value cannot be said on the wire, so the call should have thrown. */
export class Unsayable extends Error {}

export const NONE: Held = { py: "None" };
export const str = (text: string): Held => ({ py: "str", text: text.toWellFormed() });
export const bool = (value: boolean): Held => ({ py: "bool", text: value ? "True" : "False" });
export const int = (value: bigint): Held => ({ py: "int", text: String(value) });
export const float = (value: number): Held => ({
  py: "float",
  text: Object.is(value, -0) ? "-0" : String(value),
});
export const made = (py: string, fields: Record<string, Held>): Held => ({ py, fields });
export const items = (values: readonly Held[]): Held => ({ py: "list", items: values });
/** A list that Dagster sorts. */
export const inAnyOrder = (values: readonly Held[]): Held => ({ py: "set", items: values });
export const dict = (entries: readonly (readonly [string, Held])[]): Held => ({
  py: "dict",
  entries: entries.map(([key, value]) => [str(key), value]),
});

/** A whole number is an int as long as JavaScript writes it without an exponent. */
function number(value: number): Held {
  if (!Number.isFinite(value)) throw new Unsayable(String(value));
  return Number.isInteger(value) && Math.abs(value) < 1e21 && !Object.is(value, -0)
    ? int(BigInt(value))
    : float(value);
}

/** What Python should hold for a value of JSON. */
export function heldJson(value: unknown): Held {
  if (typeof value !== "object" || value === null) return heldScalar(value);
  stable(value);
  const { toJSON } = value as { toJSON?: () => unknown };
  if (typeof toJSON !== "function") return heldContainer(value);
  const said = toJSON.call(value);
  return typeof said === "object" && said !== null ? heldContainer(said) : heldScalar(said);
}

export function heldScalar(value: unknown): Held {
  switch (typeof value) {
    case "string":
      return str(value);
    case "number":
      return number(value);
    case "bigint":
      return int(value);
    case "boolean":
      return bool(value);
  }
  if (value === null) return NONE;
  throw new Unsayable(typeof value);
}

function heldContainer(value: object): Held {
  stable(value);
  if (Array.isArray(value) || value instanceof Set) {
    return items([...value].map(heldJson));
  }
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return items([...value as Uint8Array].map(heldJson));
  }
  if (value instanceof Map) {
    // In the order of an object, which has keys such as "0" first.
    const fields = Object.entries(Object.fromEntries(value));
    return dict(fields.map(([key, item]) => [key, heldJson(item)]));
  }
  const plain = value.valueOf?.();
  if (typeof plain !== "object" && plain !== undefined) {
    return heldScalar(plain);
  }
  if (Object.prototype.toString.call(value) !== "[object Object]") {
    throw new Unsayable(Object.prototype.toString.call(value));
  }
  return heldRecord(value, heldJson);
}

const isEnumerable = Object.prototype.propertyIsEnumerable;

export function heldRecord(value: unknown, item: (value: unknown) => Held): Held {
  stable(value as object);
  const symbols = Object.getOwnPropertySymbols(value);
  if (symbols.some((symbol) => isEnumerable.call(value, symbol))) {
    throw new Unsayable("a key that is a symbol");
  }
  return dict(Object.entries(value as object).map(([key, entry]) => [key, item(entry)]));
}

export function stable(value: object): void {
  if (isUnstable(value)) throw new Unstable();
}
