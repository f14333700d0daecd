import * as v from "valibot";
import type { RecordedMaterialization } from "../local/recorded.ts";
import type { StepRecording } from "../local/recording.ts";
import { requireOptions } from "../local/schemas.ts";
import { STEP_OPTION_SCHEMAS } from "../local/step_options.ts";
import { DagsterPipesError } from "../errors.ts";
import { kindOf } from "../json/kinds.ts";
import { assetKeyProblem, escapedAssetKey, partsOf } from "../protocol/asset_key.ts";
import type { PipesAssetKey } from "../protocol/types.ts";
import { createAsyncScope } from "../runtime/async_scope.ts";
import { provideStandIns, type StandIn } from "../session/current_session.ts";
import { runAndClose } from "../session/lifecycle.ts";
import { isStandardSchema } from "../session/options.ts";
import type { TestPipes, TestPipesOptions } from "./test_pipes.ts";
import { TestSession } from "./test_session.ts";

const TEST_OPTION_SCHEMAS = {
  ...STEP_OPTION_SCHEMAS,
  extrasSchema: v.optional(v.custom(isStandardSchema, "must be a Standard Schema")),
};

// At import, as Deno takes 15 ms for it once.
const scope = createAsyncScope<StandIn>();
provideStandIns(() => scope.get());

/**
 * Makes a session in memory, for a test of a script or of a part of it. It leaves nothing on the
 * process, and tests that run at the same time do not see each other.
 *
 * @param options The step.
 * @returns The context of the step, with everything that is reported to it.
 * @throws {DagsterPipesError} `invalid_argument` for wrong options, with the path of each wrong
 * field; `extras_invalid` if the extras do not satisfy their schema.
 *
 * @example A test of a script's own function
 * ```ts
 * import { withDagsterPipes } from "@dagsterpipes/pipes";
 * import { createTestPipes } from "@dagsterpipes/pipes/testing";
 * import { assertEquals } from "@std/assert";
 *
 * async function main() {
 *   await withDagsterPipes((pipes) => {
 *     pipes.reportAssetMaterialization({ metadata: { rows: 120 } });
 *   });
 * }
 *
 * const t = createTestPipes({ assetKeys: ["orders"] });
 * await t.run(main);
 * t.assertOk();
 * assertEquals(t.materialization("orders").metadata.rows, { type: "int", rawValue: 120 });
 * ```
 */
export function createTestPipes<E = Record<string, unknown>>(
  options: TestPipesOptions<E> = {},
): TestPipes<E> {
  requireOptions("createTestPipes", TEST_OPTION_SCHEMAS, options);
  const session = new TestSession(options);
  const { context, recording } = session;
  const pipes: TestPipes<E> = withMembers(context, {
    get extras() {
      return session.extras;
    },
    async run<T>(fn: (pipes: TestPipes<E>) => T | Promise<T>): Promise<T> {
      if (typeof fn !== "function") {
        throw new DagsterPipesError("invalid_argument", `run takes a function, got ${kindOf(fn)}`);
      }
      if (context.isClosed) {
        throw new DagsterPipesError(
          "session_closed",
          "Cannot run in a session that is closed: make a new one by createTestPipes for each run",
        );
      }
      try {
        return await runAndClose(pipes, () => scope.run(session, () => fn(pipes)));
      } catch (error) {
        session.fail();
        throw error;
      }
    },
    cancel: (signal: "SIGINT" | "SIGTERM" = "SIGINT") => session.cancel(signal),
    materialization: (key: PipesAssetKey) => materializationOf(recording.materializations, key),
    assertOk: () => assertOk(recording),
    messages: recording.messages,
    logs: recording.logs,
    materializations: recording.materializations,
    checks: recording.checks,
    customMessages: recording.customMessages,
    externalStreams: recording.externalStreams,
    get closed() {
      return recording.closed;
    },
    get problems() {
      return recording.problems;
    },
    get ok() {
      return recording.ok;
    },
  });
  return pipes;
}

/** Adds members to an object; a getter stays a getter. */
function withMembers<T extends object, M extends object>(target: T, members: M): T & M {
  return Object.defineProperties(target, Object.getOwnPropertyDescriptors(members)) as T & M;
}

function assertOk({ ok, problems }: StepRecording): void {
  if (ok) return;
  const lines = problems.map(({ severity, code, message }) => `- ${severity} ${code}: ${message}`);
  throw new DagsterPipesError(
    "step_failed",
    `Dagster would fail the step:\n${lines.join("\n")}`,
  );
}

function materializationOf(
  all: readonly RecordedMaterialization[],
  key: PipesAssetKey,
): RecordedMaterialization {
  const problem = assetKeyProblem(key);
  if (problem !== undefined) {
    throw new DagsterPipesError("invalid_argument", `assetKey ${problem}, got ${kindOf(key)}`);
  }
  const wanted = escapedAssetKey(partsOf(key));
  const found = all.find(({ assetKey }) => assetKey === wanted);
  if (found !== undefined) return found;
  const reported = all.length === 0
    ? "nothing was"
    : `there is ${all.map(({ assetKey }) => JSON.stringify(assetKey)).join(", ")}`;
  throw new DagsterPipesError(
    "undefined_property",
    `No materialization of ${JSON.stringify(wanted)} was reported: ${reported}`,
  );
}
