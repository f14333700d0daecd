import { checkOptions, objectOf, optional, satisfying } from "../local/options_schema.ts";
import type { RecordedMaterialization } from "../local/recorded.ts";
import { STEP_SCHEMAS } from "../local/step_schemas.ts";
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

const SCHEMA = objectOf({
  ...STEP_SCHEMAS,
  extrasSchema: optional(
    satisfying(isStandardSchema, "must be a schema of the Standard Schema kind"),
  ),
});

// At import, as Deno takes 15 ms for it once.
const scope = createAsyncScope<StandIn>();
provideStandIns(() => scope.get());

/**
 * Makes a session in memory, for a test of a script or of a part of it. It leaves nothing on the
 * process, and tests that run at the same time do not see each other.
 *
 * @param options The step.
 * @returns The context of the step, and all that is reported to it.
 * @throws {DagsterPipesError} `invalid_argument` for options that are no step, field by field;
 * `extras_invalid` where the extras are not of their schema.
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
 * assertEquals(t.materialization("orders").metadata.rows, { type: "int", rawValue: 120 });
 * assertEquals(t.problems, []);
 * ```
 */
export function createTestPipes<E = Record<string, unknown>>(
  options: TestPipesOptions<E> = {},
): TestPipes<E> {
  checkOptions("createTestPipes", SCHEMA, options);
  const session = new TestSession(options);
  const { context, record } = session;
  const pipes: TestPipes<E> = withMembers(context, {
    get extras() {
      return session.extras;
    },
    async run<T>(fn: (pipes: TestPipes<E>) => T | Promise<T>): Promise<T> {
      if (typeof fn !== "function") {
        throw new DagsterPipesError("invalid_argument", `run takes a function, got ${kindOf(fn)}`);
      }
      requireUnused(context.isClosed);
      try {
        return await runAndClose(pipes, () => scope.run(session, () => fn(pipes)));
      } catch (error) {
        session.fail();
        throw error;
      }
    },
    cancel: (signal: "SIGINT" | "SIGTERM" = "SIGINT") => session.cancel(signal),
    materialization: (assetKey: PipesAssetKey) =>
      materializationOf(record.materializations, assetKey),
    messages: record.messages,
    logs: record.logs,
    materializations: record.materializations,
    checks: record.checks,
    customMessages: record.customMessages,
    externalStreams: record.externalStreams,
    get closed() {
      return record.closed;
    },
    get problems() {
      return session.problems();
    },
  });
  return pipes;
}

/** Adds members to an object: getters as they are. */
function withMembers<T extends object, M extends object>(target: T, members: M): T & M {
  return Object.defineProperties(target, Object.getOwnPropertyDescriptors(members)) as T & M;
}

function requireUnused(isClosed: boolean): void {
  if (!isClosed) return;
  throw new DagsterPipesError(
    "session_closed",
    "Cannot run in a session that is closed: make a new one by createTestPipes for each run",
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
  const there = all.length === 0
    ? "nothing was"
    : `there is ${all.map(({ assetKey }) => JSON.stringify(assetKey)).join(", ")}`;
  throw new DagsterPipesError(
    "undefined_property",
    `No materialization of ${JSON.stringify(wanted)} was reported: ${there}`,
  );
}
