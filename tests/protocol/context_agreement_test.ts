import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { isContextData } from "../../src/protocol/context.ts";
import { explainContextData } from "../../src/protocol/context_schema.ts";

const seed = 20261124;
const key = fc.oneof(
  fc.string(),
  fc.constantFrom("a", "constructor", "prototype", "__proto__", "toString"),
);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.oneof(value, fc.constantFrom(null, undefined));
const span = fc.record({
  start: fc.string(),
  end: fc.string(),
  extra: fc.anything(),
}, { requiredKeys: ["start", "end"] });
const provenance = fc.record({
  code_version: maybe(fc.string()),
  input_data_versions: fc.dictionary(key, fc.string()),
  is_user_provided: fc.boolean(),
});

const contexts = fc.record({
  run_id: fc.string(),
  asset_keys: maybe(fc.array(fc.string())),
  code_version_by_asset_key: maybe(fc.dictionary(key, maybe(fc.string()))),
  provenance_by_asset_key: maybe(fc.dictionary(key, maybe(provenance))),
  partition_key: maybe(fc.string()),
  partition_key_range: maybe(span),
  partition_time_window: maybe(span),
  job_name: maybe(fc.string()),
  retry_number: fc.nat(),
  extras: fc.jsonValue(),
  later: fc.anything(),
}, { requiredKeys: ["run_id"] });

/** A valid context in which the value at one place, at any depth, became another, or went. */
const mutated = fc.tuple(
  contexts,
  fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
  fc.oneof(
    fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSparseArray: true,
      withNullPrototype: true,
    }),
    fc.constantFrom<unknown>(
      -1,
      1.5,
      2 ** 53,
      NaN,
      -0,
      5n,
      [],
      {},
      "",
      true,
      [1],
      { start: "a" },
      { a: 1 },
    ),
  ),
  fc.boolean(),
).map(([context, route, value, isRemoved]) => {
  const copy: unknown = structuredClone({ ...context, later: null });
  let at = copy as Record<string, unknown>;
  for (const [depth, step] of route.entries()) {
    const keys = Object.keys(at);
    const chosen = keys[step % Math.max(1, keys.length)];
    if (chosen === undefined) break;
    const next = at[chosen];
    if (
      depth < route.length - 1 && typeof next === "object" && next !== null &&
      Object.keys(next).length > 0
    ) {
      at = next as Record<string, unknown>;
    } else {
      if (isRemoved) delete at[chosen];
      else {Object.defineProperty(at, chosen, {
          value,
          enumerable: true,
          configurable: true,
          writable: true,
        });}
      break;
    }
  }
  return copy;
});

function assertAgree(data: unknown): boolean {
  const problems = explainContextData(data);
  const isContext = isContextData(data);
  assertEquals(problems.length === 0, isContext, problems.join("; "));
  return isContext;
}

Deno.test("the plain checks and the schema agree on valid contexts", () => {
  fc.assert(fc.property(contexts, (data) => assertAgree(data)), { seed, numRuns: 500 });
});

Deno.test("the plain checks and the schema agree on mutated contexts", () => {
  const outcomes = { valid: 0, invalid: 0 };
  fc.assert(
    fc.property(mutated, (data) => {
      outcomes[assertAgree(data) ? "valid" : "invalid"]++;
    }),
    { seed, numRuns: 3000 },
  );
  assert(outcomes.valid > 300 && outcomes.invalid > 300, JSON.stringify(outcomes));
});

Deno.test("the plain checks and the schema agree on anything at all", () => {
  fc.assert(
    fc.property(
      fc.anything({
        withBigInt: true,
        withDate: true,
        withMap: true,
        withSet: true,
        withTypedArray: true,
      }),
      (data) => {
        assertAgree(data);
      },
    ),
    { seed, numRuns: 1000 },
  );
});
