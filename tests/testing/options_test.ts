import { assertEquals, assertThrows } from "@std/assert";
import { DagsterPipesError } from "@dagsterpipes/pipes";
import { createTestPipes } from "@dagsterpipes/pipes/testing";

/** Options that are none of a step, and what is said of them. */
const ROWS: readonly (readonly [options: unknown, says: string])[] = [
  [3, "options: must be an object, got the number 3"],
  [null, "options: must be an object, got null"],
  [[], "options: must be an object, got an array"],
  [{ assetKeys: "orders" }, 'assetKeys: must be an array, got the string "orders"'],
  [
    { assetKeys: ["a", 3], jobName: 4 },
    "assetKeys[1]: must be an asset key: an escaped string or an array of strings, got the number 3; " +
    "jobName: must be a string, got the number 4",
  ],
  [
    { assetKeys: ["a//b"] },
    'assetKeys[0]: must be an asset key without empty parts, got the string "a//b"',
  ],
  [{ checks: [3] }, "checks[0]: must be an object, got the number 3"],
  [{ checks: [{}] }, "checks[0].checkName: is missing"],
  [{ checks: [{ checkName: 3 }] }, "checks[0].checkName: must be a string, got the number 3"],
  [
    { checks: [{ checkName: "c", asset: "a" }] },
    "checks[0].asset: is unknown",
  ],
  [{ partitionKey: 3 }, "partitionKey: must be a string, got the number 3"],
  [{ partitionKeyRange: { start: "a" } }, "partitionKeyRange.end: is missing"],
  [{ partitionKeyRange: "a..b" }, 'partitionKeyRange: must be an object, got the string "a..b"'],
  [
    { partitionTimeWindow: { start: new Date(0), end: "b" } },
    "partitionTimeWindow.start: must be a string, got a Date",
  ],
  [{ retryNumber: -1 }, "retryNumber: must be 0 or more, got the number -1"],
  [{ retryNumber: 1.5 }, "retryNumber: must be a whole number, got the number 1.5"],
  [{ retryNumber: NaN }, "retryNumber: must be a number, got NaN"],
  [
    { codeVersionByAssetKey: { a: 1 } },
    "codeVersionByAssetKey.a: must be a string, got the number 1",
  ],
  [
    { provenanceByAssetKey: { a: { codeVersion: null, inputDataVersions: {} } } },
    "provenanceByAssetKey.a.isUserProvided: is missing",
  ],
  [
    { assetKey: "orders" },
    "assetKey: is unknown. The options are assetKeys, checks, extras, partitionKey, partitionKeyRange, " +
    "partitionTimeWindow, runId, jobName, retryNumber, codeVersionByAssetKey, " +
    "provenanceByAssetKey, extrasSchema",
  ],
  [
    { extrasSchema: 3 },
    "extrasSchema: must be a Standard Schema, got the number 3",
  ],
];

for (const [options, says] of ROWS) {
  Deno.test(`wrong options are told field by field: ${says}`, () => {
    // @ts-expect-error What types refuse, plain JavaScript may give.
    const error = assertThrows(() => createTestPipes(options), DagsterPipesError);
    assertEquals(error.code, "invalid_argument");
    assertEquals(error.message, `Cannot use the options of createTestPipes: ${says}`);
  });
}

/** Options that do not fit each other. */
const MISFITS: readonly (readonly [Parameters<typeof createTestPipes>[0], string])[] = [
  [
    { partitionKey: "a", partitionKeyRange: { start: "a", end: "b" } },
    "partitionKeyRange cannot be combined with partitionKey: set one of them",
  ],
  [
    { partitionTimeWindow: { start: "a", end: "b" } },
    "partitionTimeWindow needs a partitionKey or a partitionKeyRange",
  ],
  [
    { checks: ["fresh"] },
    'checks[0] must name its asset, as in "orders:fresh": the step has none',
  ],
  [
    { assetKeys: ["a", "b"], checks: ["a:x", "fresh"] },
    'checks[1] must name its asset, as in "orders:fresh": the step has several',
  ],
  [{ checks: [":x"] }, "checks[0] must be an asset key without empty parts"],
  [
    { assetKeys: ["a"], codeVersionByAssetKey: { b: "1" } },
    'codeVersionByAssetKey names asset "b", which the step does not have',
  ],
  [
    { provenanceByAssetKey: { b: null } },
    'provenanceByAssetKey names asset "b", which the step does not have',
  ],
];

for (const [options, says] of MISFITS) {
  Deno.test(`options that do not fit each other are refused: ${says}`, () => {
    const error = assertThrows(() => createTestPipes(options), DagsterPipesError);
    assertEquals([error.code, error.message], ["invalid_argument", says]);
  });
}

Deno.test("extras that JSON cannot say are refused with their path", () => {
  const error = assertThrows(
    () => createTestPipes({ extras: { a: [{ b: () => {} }] } }),
    DagsterPipesError,
    "extras.a[0].b: must be a JSON value, got a function",
  );
  assertEquals(error.code, "invalid_value");
});

Deno.test("checks are named in each of their ways", () => {
  const checks = ["one", "a:two", { checkName: "three" }, { checkName: "four", assetKey: ["a"] }];
  const t = createTestPipes({ assetKeys: ["a"], checks });
  for (const checkName of ["one", "two", "three", "four"]) {
    t.reportAssetCheck({ checkName, passed: true });
  }
  assertEquals(t.problems.map(({ code }) => code), ["not_closed"]);
  const colons = createTestPipes({ assetKeys: ["s3:a", ["x", "y"]], checks: ["s3:a:c"] });
  assertEquals(colons.problems.at(-1)?.message, "Check c of asset s3:a was not reported");
});
