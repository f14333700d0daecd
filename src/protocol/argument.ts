import { copyMap } from "../json/copy_fields.ts";
import { copyValue } from "../json/copy_value.ts";
import { ValuePath, type ValueRules } from "../json/path.ts";

/**
 * The rules for every value. Dagster stores values by recursive functions of its own, two frames a
 * level, within Python's limit of 1,000 frames: 470 levels of JSON were stored and read back, 480
 * failed the step. The limit here leaves room for deeper stacks than that of the test.
 */
const SENT_VALUES: ValueRules = {
  maxNesting: 200,
  whyNoDeeper: "which Dagster could not store",
  whyFinite: "Dagster's UI cannot read it here",
  objectProblem: (object) =>
    "rawValue" in object && typeof object.type === "string" && Object.keys(object).length === 2
      ? "is a value made by MetadataValue, and would arrive as its two fields: such values belong " +
        "directly in metadata. Use the value itself here"
      : undefined,
};

/** The keys by which Dagster's storage recognizes its own objects in the JSON that it reads back. */
const STORAGE_KEYS = new Set([
  "__class__",
  "__enum__",
  "__set__",
  "__frozenset__",
  "__mapping_items__",
]);

/**
 * The rules for values that Dagster stores, and reads back by code of its own: those of metadata,
 * unlike payloads and extras.
 */
export const STORED_VALUES: ValueRules = {
  ...SENT_VALUES,
  keyProblem: (key) =>
    STORAGE_KEYS.has(key)
      ? `must not have the key "${key}": Dagster's storage takes such an object for one of its own, and then cannot read ` +
        "back the log of the run"
      : undefined,
};

/** Reads an argument, which errors call by its name. */
export function readArgument<T>(
  name: string,
  read: (path: ValuePath) => T,
  rules: ValueRules = SENT_VALUES,
): T {
  return new ValuePath(name, rules).reading(read);
}

/** Copies an argument that must be an object. */
export function copyRecordArgument(value: unknown, name: string): Record<string, unknown> {
  return readArgument(name, (path) => copyMap(value, path, copyValue));
}
