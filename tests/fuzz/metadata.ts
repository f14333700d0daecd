import fc from "fast-check";
import type { Kit } from "./kit.ts";
import { makeTables } from "./tables.ts";
import {
  anyFloat,
  bigint,
  boolean,
  finite,
  hostile,
  json,
  list,
  record,
  type Source,
  string,
  whole,
} from "./values.ts";

/**
 * Generators of a report's metadata: raw values, and each type by its builder and in both shapes.
 */
export function makeMetadata(kit: Kit): Source {
  const { wrong, any } = kit;
  const [table, tableSchema, lineage] = makeTables(kit) as [Source, Source, Source];
  const jsonObject = fc.oneof(list(json, 3), record(json), fc.constant("null"));
  const time = fc.oneof(
    finite.filter((seconds) => !(Number(seconds) >= 253402300800)),
    fc.integer({ min: -8.64e15, max: 253402300799999 }).map((ms) => `new Date(${ms})`),
  );
  const url = fc.oneof(string, fc.constant('new URL("https://example.com/ä")'));
  const assetText = fc.array(
    fc.string({ minLength: 1, maxLength: 4 }).map((part) => part.replace(/[\\/]/g, "x")),
    { minLength: 1, maxLength: 3 },
  ).map((parts) => JSON.stringify(parts.join("/")));
  const typed: readonly [string, string, Source][] = [
    ["text", "text", string],
    ["url", "url", url],
    ["path", "path", string],
    ["notebook", "notebook", string],
    ["md", "md", string],
    ["json", "json", jsonObject],
    ["float", "float", anyFloat],
    ["int", "int", fc.oneof(whole, bigint)],
    ["bool", "bool", boolean],
    ["dagsterRun", "dagster_run", string],
    ["asset", "asset", wrong === 0 ? assetText : fc.oneof(assetText, string)],
    ["timestamp", "timestamp", time],
  ];
  const value: Source = fc.oneof(
    { weight: 3, arbitrary: any(json) },
    { weight: 1, arbitrary: any(anyFloat) },
    {
      weight: 4,
      arbitrary: fc.constantFrom(...typed).chain(([builder, type, right]) =>
        fc.tuple(any(right), fc.constantFrom(0, 1, 2, 3)).map(([raw, form]) =>
          [
            `MetadataValue.${builder}(${raw})`,
            `pipesMetadataValue(${raw}, "${type}")`,
            `{ raw_value: ${raw}, type: "${type}" }`,
            `{ type: "${type}", rawValue: ${raw} }`,
          ][form]!
        )
      ),
    },
    { weight: 1, arbitrary: fc.constant("MetadataValue.null()") },
    { weight: 2, arbitrary: table },
    { weight: 1, arbitrary: tableSchema },
    { weight: 1, arbitrary: lineage },
    ...(wrong === 0 ? [] : [{
      weight: 1,
      arbitrary: fc.tuple(
        hostile,
        fc.oneof(string, hostile, fc.constantFrom(...typed).map((t) => `"${t[1]}"`)),
      ).map(([raw, type]) => `{ rawValue: ${raw}, type: ${type} }`),
    }]),
  );
  return any(record(value));
}
