import { isRecord, kindOf } from "../json/kinds.ts";
import * as v from "valibot";

const string = v.string((issue) => `must be a string, got ${kindOf(issue.input)}`);
const boolean = v.boolean((issue) => `must be a boolean, got ${kindOf(issue.input)}`);
const record = <S extends v.GenericSchema>(value: S) =>
  v.pipe(
    v.custom<Record<string, unknown>>(isRecord, (issue) =>
      `must be an object, got ${kindOf(issue.input)}`),
    // `v.record` passes over some keys, "constructor" for one, which is as good a name of an asset
    // as any.
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) {
        return;
      }
      for (const [key, item] of Object.entries(dataset.value)) {
        for (const issue of v.safeParse(value, item).issues ?? []) {
          const path = [
            { type: "unknown", origin: "value", input: dataset.value, key, value: item } as const,
            ...(issue.path ?? []),
          ] as const;
          addIssue({ message: issue.message, path: [...path] });
        }
      }
    }),
  );
const object = <E extends v.ObjectEntries>(entries: E) =>
  v.pipe(
    v.custom<Record<string, unknown>>(isRecord, (issue) =>
      `must be an object, got ${kindOf(issue.input)}`),
    v.looseObject(entries, (issue) =>
      `must be there, got ${kindOf(issue.input)}`),
  );

const span = object({ start: string, end: string });

const provenance = object({
  code_version: v.nullish(string),
  input_data_versions: record(string),
  is_user_provided: boolean,
});

const contextSchema = object({
  run_id: string,
  asset_keys: v.nullish(
    v.array(string, (issue) => `must be an array of strings or null, got ${kindOf(issue.input)}`),
  ),
  code_version_by_asset_key: v.nullish(record(v.nullish(string))),
  provenance_by_asset_key: v.nullish(record(v.nullish(provenance))),
  partition_key: v.nullish(string),
  partition_key_range: v.nullish(span),
  partition_time_window: v.nullish(span),
  job_name: v.nullish(string),
  retry_number: v.optional(v.pipe(
    v.number((issue) => `must be a number, got ${kindOf(issue.input)}`),
    v.safeInteger((issue) => `must be a whole number, got ${kindOf(issue.input)}`),
    v.minValue(0, (issue) => `must not be negative, got ${kindOf(issue.input)}`),
  )),
});

/** What is wrong with a context, a line for each field; nothing for one that is right. */
export function explainContextData(data: unknown): string[] {
  const { issues } = v.safeParse(contextSchema, data);
  return (issues ?? []).map((issue) => `${v.getDotPath(issue) ?? "the context"} ${issue.message}`);
}
