import { isDictionary, kindOf } from "./kinds.ts";
import type { ValuePath } from "./path.ts";
import type { QuickWay } from "./plain_way.ts";
import { objectText, stringText } from "./string_text.ts";
import { arrayText, dictionaryText, refuseSymbols, runsText } from "./value_text.ts";

/** Makes the wire text of a value of one kind, and refuses any other value. */
export type KindText = (value: unknown, path: ValuePath) => string;

/** For each field that an object may have, what makes its wire text. `undefined` leaves it out. */
export type FieldTexts = Readonly<
  Record<string, (value: unknown, path: ValuePath) => string | undefined>
>;

/** The wire text of an object with these fields, written in this order. */
export function fieldsText(value: unknown, path: ValuePath, fieldTexts: FieldTexts): string {
  const fields = requireFields(value, Object.keys(fieldTexts), path);
  const texts = Object.entries(fieldTexts).map(([name, fieldText]) =>
    [name, path.inside(name, () => fieldText(fields[name], path))] as const
  );
  return objectText(Object.fromEntries(texts));
}

/** The fields of an object that may have no others. */
export function requireFields(
  value: unknown,
  names: readonly string[],
  path: ValuePath,
): Record<string, unknown> {
  const fields = requireDictionary(value, path);
  refuseSymbols(fields, path);
  for (const name of Object.keys(fields)) {
    if (!names.includes(name)) {
      path.refuse(`must not have ${JSON.stringify(name)}: there is ${names.join(", ")}`);
    }
  }
  return fields;
}

/** A value that must be a dictionary. */
export function requireDictionary(
  value: unknown,
  path: ValuePath,
  expected: string = "an object",
): Record<string, unknown> {
  if (isDictionary(value)) return value;
  return path.refuse(`must be ${expected}, got ${kindOf(value)}`);
}

/** The wire text of a value that must be a dictionary, by that of its values. */
export function mapText(
  value: unknown,
  path: ValuePath,
  valueText?: KindText,
  expected?: string,
): string {
  return dictionaryText(requireDictionary(value, path, expected), path, valueText);
}

/** The wire text of a value that must be an array, by that of its items. */
export function listText(
  list: unknown,
  path: ValuePath,
  itemText: KindText,
  quick?: QuickWay,
): string {
  if (!Array.isArray(list)) return path.refuse(`must be an array, got ${kindOf(list)}`);
  return quick === undefined
    ? arrayText(list, path, itemText)
    : runsText(list, path, itemText, quick);
}

/** The wire text of a value that must be a string. */
export function requiredStringText(value: unknown, path: ValuePath): string {
  if (typeof value === "string") return stringText(value);
  return path.refuse(`must be a string, got ${kindOf(value)}`);
}

/** The wire text of a value that must be a boolean. */
export function requiredBooleanText(value: unknown, path: ValuePath): string {
  if (typeof value === "boolean") return String(value);
  return path.refuse(`must be true or false, got ${kindOf(value)}`);
}
