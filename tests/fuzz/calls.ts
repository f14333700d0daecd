import fc from "fast-check";
import { makeKit } from "./kit.ts";
import { makeMetadata } from "./metadata.ts";
import { boolean, hostile, json, object, record, type Source, string } from "./values.ts";

/** One call of a context's method, with the source text of its arguments. */
export interface Call {
  readonly method: string;
  readonly args: readonly string[];
}

/** A call as it would stand in a script. */
export function sourceOf({ method, args }: Call): string {
  return `pipes.${method}(${args.join(", ")})`;
}

/**
 * Generators of calls.
 *
 * @param wrong How many of a hundred values are replaced by one that does not belong there.
 */
export function makeCalls(wrong: number): fc.Arbitrary<Call> {
  const kit = makeKit(wrong);
  const { any, assetKey } = kit;
  const text = any(string);
  const metadata = makeMetadata(kit);

  const error = fc.oneof(
    string.map((message) => `new Error(${message})`),
    fc.tuple(string, string).map(([message, cause]) =>
      `new TypeError(${message}, { cause: new Error(${cause}) })`
    ),
    string.map((message) => `new AggregateError([new Error(${message}), 1, null], "several")`),
    string,
    json,
    hostile,
  );
  const level = any(fc.constantFrom('"DEBUG"', '"info"', '"Warning"', '"ERROR"', '"critical"'));
  const call = (method: string, ...args: Source[]): fc.Arbitrary<Call> =>
    fc.tuple(...args).map((sources) => ({ method, args: sources }));

  return fc.oneof(
    { weight: 2, arbitrary: call("log", text) },
    { weight: 2, arbitrary: call("log", text, level) },
    {
      weight: 3,
      arbitrary: fc.constantFrom("debug", "info", "warning", "error", "critical")
        .chain((name) => fc.oneof(call(`log.${name}`, text), call(`log.${name}`, text, error))),
    },
    {
      weight: 8,
      arbitrary: call(
        "reportAssetMaterialization",
        any(object({
          "metadata?": metadata,
          "dataVersion?": any(string.filter((source) => source !== '""')),
          assetKey: assetKey,
        })),
      ),
    },
    {
      weight: 6,
      arbitrary: call(
        "reportAssetCheck",
        any(object({
          checkName: text,
          passed: any(boolean),
          "severity?": any(fc.constantFrom('"WARN"', '"ERROR"')),
          "metadata?": metadata,
          assetKey: assetKey,
        })),
      ),
    },
    { weight: 4, arbitrary: call("reportCustomMessage", any(json)) },
    {
      weight: 3,
      arbitrary: call(
        "logExternalStream",
        any(fc.constantFrom('"stdout"', '"stderr"')),
        text,
        any(record(json)),
      ),
    },
    { weight: wrong === 0 ? 0 : 1, arbitrary: fc.oneof(call("close"), call("close", error)) },
  );
}
