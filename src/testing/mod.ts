/**
 * Sessions in memory, for tests of scripts: with any test runner, on Deno, Bun and Node, without
 * Dagster, a process of its own or permissions.
 *
 * @example
 * ```ts
 * import { createTestPipes } from "@dagsterpipes/pipes/testing";
 * import { assertEquals } from "@std/assert";
 *
 * const t = createTestPipes({ assetKeys: ["orders"], checks: ["not_empty"] });
 * await t.run((pipes) => {
 *   pipes.log.warning("No orders");
 *   pipes.reportAssetCheck({ checkName: "not_empty", passed: false });
 * });
 * t.assertOk();
 * assertEquals(t.logs, [{ level: "WARNING", message: "No orders" }]);
 * assertEquals(t.checks[0]?.passed, false);
 * ```
 *
 * @module
 */
export { createTestPipes, type TestPipes, type TestPipesOptions } from "./create_test_pipes.ts";
export type { StepCheck, StepOptions } from "../local/step_options.ts";
export type {
  RecordedCheck,
  RecordedClose,
  RecordedException,
  RecordedLog,
  RecordedMaterialization,
  RecordedMessage,
  RecordedMetadata,
  RecordedMetadataValue,
  RecordedStream,
  StepProblem,
  StepProblemCode,
  StepReports,
} from "../local/recorded.ts";
