import * as v from "valibot";
import { DagsterPipesError } from "../errors.ts";
import { kindOf } from "../json/kinds.ts";
import type {
  RecordedMaterialization,
  RecordedMessage,
  RecordedStream,
  StepReports,
} from "../local/recorded.ts";
import { StepRecording } from "../local/recording.ts";
import { localStep, STEP_OPTION_SCHEMAS } from "../local/step.ts";
import type { StepOptions } from "../local/step_options.ts";
import { assetKeyProblem, escapedAssetKey } from "../protocol/asset_key.ts";
import { readContextData } from "../protocol/context.ts";
import { openedLine } from "../protocol/messages.ts";
import type { PipesAssetKey } from "../protocol/types.ts";
import { nodeProcess } from "../runtime/node/process_global.ts";
import { requireOptions } from "../schemas.ts";
import { provideTestSessions, type SharedSession } from "../session/current_session.ts";
import { Cancellation } from "../session/end/cancellation.ts";
import { SessionEnding } from "../session/end/session_end.ts";
import { checkExtras, checkExtrasAtOnce } from "../session/extras.ts";
import type { StandardSchemaV1 } from "../session/extras.ts";
import { runAndClose } from "../session/lifecycle.ts";
import { isStandardSchema, type PipesOptions } from "../session/options.ts";
import type { PipesContext } from "../session/pipes_context.ts";
import { SessionContext } from "../session/session_context.ts";

/** The step that a test makes up. `E` is the type of its extras. */
export interface TestPipesOptions<E = Record<string, unknown>> extends StepOptions {
  /**
   * Checks the extras, and types them. A script's own schema is applied in
   * {@linkcode TestPipes.run}, and does not have to be repeated here.
   */
  readonly extrasSchema?: StandardSchemaV1<unknown, E> | undefined;
}

/**
 * A session in memory: the context of a step, and everything that was reported to it. What is
 * recorded was read back from the lines that Dagster would get. `ok` and `problems` are those that
 * Dagster would report if the process ended now.
 */
export interface TestPipes<E = Record<string, unknown>> extends PipesContext<E>, StepReports {
  /** All messages, as they are on the wire. */
  readonly messages: readonly RecordedMessage[];
  /** The text of streams that was sent as messages. */
  readonly externalStreams: readonly RecordedStream[];
  /**
   * Runs a function as `withDagsterPipes` would, and closes the session. In the function, and in
   * everything that it calls, `withDagsterPipes`, `openDagsterPipes` and `PipesContext.get` return
   * this session, whatever loaders and writers they are given; an `extrasSchema` is applied to the
   * extras.
   *
   * @param fn The work of the step.
   * @returns What the function returned.
   * @throws What the function threw.
   */
  run<T>(fn: (pipes: TestPipes<E>) => T | Promise<T>): Promise<T>;
  /**
   * Cancels the run, as Dagster does: aborts `signal`. Other than in Dagster, the session stays open
   * until it is closed, and the process goes on.
   *
   * @param signal The signal that a process would get, `"SIGINT"` by default.
   */
  cancel(signal?: "SIGINT" | "SIGTERM"): void;
  /**
   * Returns the materialization of an asset.
   *
   * @param assetKey Its key.
   * @throws {DagsterPipesError} `undefined_property` if it was not reported, with the keys that were.
   */
  materialization(assetKey: PipesAssetKey): RecordedMaterialization;
  /**
   * Checks that Dagster would report the step as succeeded.
   *
   * @throws {DagsterPipesError} `step_failed` if it would not, with all problems.
   */
  assertOk(): void;
}

/** The id of the run by default: the same each time. */
const DEFAULT_RUN_ID = "00000000-0000-4000-8000-000000000000";

const TEST_OPTION_SCHEMAS = {
  ...STEP_OPTION_SCHEMAS,
  extrasSchema: v.optional(v.custom(isStandardSchema, "must be a Standard Schema")),
};

// At import: Deno takes 15 ms for it.
const { AsyncLocalStorage } = nodeProcess().getBuiltinModule("node:async_hooks");
const scope = new AsyncLocalStorage<SharedSession>();
provideTestSessions(() => scope.getStore());

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
    messages: recording.messages,
    logs: recording.logs,
    materializations: recording.materializations,
    checks: recording.checks,
    customMessages: recording.customMessages,
    externalStreams: recording.externalStreams,
    get extras() {
      return session.extras;
    },
    get closed() {
      return recording.closed;
    },
    get problems() {
      return recording.problems;
    },
    get ok() {
      return recording.ok;
    },
    async run<T>(fn: (pipes: TestPipes<E>) => T | Promise<T>): Promise<T> {
      if (typeof fn !== "function") {
        throw new DagsterPipesError("invalid_argument", `run takes a function, got ${kindOf(fn)}`);
      }
      if (context.isClosed) {
        const text = "Cannot run in a closed session: call createTestPipes for each run";
        throw new DagsterPipesError("session_closed", text);
      }
      try {
        return await runAndClose(pipes, () => scope.run(session, () => fn(pipes)));
      } catch (error) {
        session.fail();
        throw error;
      }
    },
    cancel: (signal: "SIGINT" | "SIGTERM" = "SIGINT") => session.cancel(signal),
    materialization: (key: PipesAssetKey) => findMaterialization(recording.materializations, key),
    assertOk(): void {
      const { ok, problems } = recording;
      const lines = problems.map((it) => `\n- ${it.severity} ${it.code}: ${it.message}`);
      const text = `Dagster would fail the step:${lines.join("")}`;
      if (!ok) throw new DagsterPipesError("step_failed", text);
    },
  });
  return pipes;
}

/** Unlike `Object.assign`, keeps getters. */
function withMembers<T extends object, M extends object>(target: T, members: M): T & M {
  return Object.defineProperties(target, Object.getOwnPropertyDescriptors(members)) as T & M;
}

/** A session that does not touch the process. */
class TestSession<E> implements SharedSession {
  readonly context: SessionContext<E>;
  readonly recording: StepRecording;
  readonly #cancellation = new Cancellation();
  readonly #givenExtras: unknown;
  /** The extras, as the newest schema returned them. */
  extras: E;
  #extrasSchema: StandardSchemaV1<unknown, unknown> | undefined;
  /** How many scopes of a script hold the context. The last of them must have closed it. */
  #scopes = 0;

  constructor(options: TestPipesOptions<E>) {
    const { runId = DEFAULT_RUN_ID, extrasSchema } = options;
    const step = localStep({ ...options, runId });
    const recording = this.recording = new StepRecording(step.targets);
    const data = readContextData(step.context);
    this.#givenExtras = data.extras;
    this.#extrasSchema = extrasSchema;
    this.extras = checkExtrasAtOnce(data.extras, extrasSchema);
    const channel = { writeMessage: (line: string) => void recording.takeLine(line), close() {} };
    channel.writeMessage(openedLine());
    const ending = new SessionEnding(channel, this.#cancellation, () => {});
    this.context = new SessionContext(data, this.extras, channel, ending, {
      onClosed() {},
      onScopeLeft: () => --this.#scopes <= 0,
      failProcess: () => this.fail(),
    });
  }

  async join<S>({ extrasSchema }: PipesOptions<S>, isScope: boolean): Promise<PipesContext<S>> {
    if (extrasSchema !== undefined && extrasSchema !== this.#extrasSchema) {
      if (this.#extrasSchema !== undefined) {
        const text = "createTestPipes was given another extrasSchema: omit it, or pass this one";
        throw new DagsterPipesError("options_conflict", text);
      }
      // Until now they had the type that the test states, now that of the script.
      this.extras = await checkExtras(this.#givenExtras, extrasSchema, false) as E & S;
      this.#extrasSchema = extrasSchema;
    }
    if (isScope) this.#scopes++;
    return this.context as PipesContext<unknown> as PipesContext<S>;
  }

  /** Records that the process would fail, unless it was cancelled. */
  fail(): void {
    const { processEnd: { signal } } = this.recording;
    if (signal === null) this.recording.processEnd = { code: 1, signal };
  }

  cancel(signal: "SIGINT" | "SIGTERM"): void {
    if (this.context.isClosed) return;
    this.#cancellation.cancel(signal);
    this.recording.processEnd = { code: null, signal };
  }
}

function findMaterialization(
  all: readonly RecordedMaterialization[],
  key: PipesAssetKey,
): RecordedMaterialization {
  const problem = assetKeyProblem(key);
  if (problem !== undefined) {
    throw new DagsterPipesError("invalid_argument", `assetKey ${problem}, got ${kindOf(key)}`);
  }
  const wanted = escapedAssetKey(key);
  const found = all.find(({ assetKey }) => assetKey === wanted);
  if (found !== undefined) return found;
  const keys = all.map(({ assetKey }) => JSON.stringify(assetKey)).join(", ") || "none";
  const text = `No materialization of ${JSON.stringify(wanted)} was reported. Reported: ${keys}`;
  throw new DagsterPipesError("undefined_property", text);
}
