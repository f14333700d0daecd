import { StepRecording } from "../local/recording.ts";
import { localStep } from "../local/step.ts";
import { DagsterPipesError } from "../errors.ts";
import type { PipesMessageWriterChannel } from "../ports.ts";
import { readContextData } from "../protocol/context.ts";
import { openedLine } from "../protocol/framing.ts";
import { Cancellation } from "../session/end/cancellation.ts";
import { SessionEnding } from "../session/end/session_end.ts";
import { checkExtras, checkExtrasAtOnce } from "../session/extras/check_extras.ts";
import type { StandIn } from "../session/current_session.ts";
import type { PipesOptions } from "../session/options.ts";
import type { PipesContext } from "../session/pipes_context.ts";
import { SessionContext } from "../session/session_context.ts";
import type { StandardSchemaV1 } from "../session/extras/standard_schema.ts";
import type { TestPipesOptions } from "./test_pipes.ts";

/** The id of the run if a test gives none: the same each time. */
const DEFAULT_RUN_ID = "00000000-0000-4000-8000-000000000000";

/** A session in memory that does not touch the process. */
export class TestSession<E> implements StandIn {
  readonly context: SessionContext<E>;
  readonly recording: StepRecording;
  readonly #cancellation = new Cancellation();
  readonly #givenExtras: unknown;
  #extras: E;
  #extrasSchema: StandardSchemaV1<unknown, unknown> | undefined;
  /** How many scopes of a script hold the context. The last of them has to have closed it. */
  #scopes = 0;

  constructor(options: TestPipesOptions<E>) {
    const { runId = DEFAULT_RUN_ID, extrasSchema } = options;
    const step = localStep({ ...options, runId });
    const recording = this.recording = new StepRecording(step.targets);
    const data = readContextData(step.context);
    this.#givenExtras = data.extras;
    this.#extrasSchema = extrasSchema;
    this.#extras = checkExtrasAtOnce(data.extras, extrasSchema);

    const channel: PipesMessageWriterChannel = {
      writeMessage: (line) => void recording.takeLine(line),
      close() {},
    };
    channel.writeMessage(openedLine());
    const ending = new SessionEnding(channel, this.#cancellation, () => {});
    this.context = new SessionContext(data, this.#extras, channel, ending, {
      onClosed() {},
      onScopeLeft: () => --this.#scopes <= 0,
      failProcess: () => this.fail(),
    });
  }

  /** The extras, as the newest schema returned them. */
  get extras(): E {
    return this.#extras;
  }

  /** Returns its context to a script that would otherwise open a session of its own. */
  async join<S>({ extrasSchema }: PipesOptions<S>, isScope: boolean): Promise<PipesContext<S>> {
    if (extrasSchema !== undefined && extrasSchema !== this.#extrasSchema) {
      if (this.#extrasSchema !== undefined) {
        throw new DagsterPipesError(
          "options_conflict",
          "Cannot check the extras of a test by another extrasSchema: leave it out of createTestPipes, " +
            "or pass the script's own there",
        );
      }
      // Without a schema they were of the type that the test claims, now of the script's.
      this.#extras = await checkExtras(this.#givenExtras, extrasSchema, false) as E & S;
      this.#extrasSchema = extrasSchema;
    }
    if (isScope) this.#scopes++;
    return this.context as PipesContext<unknown> as PipesContext<S>;
  }

  /** Records that the process would fail, unless it was cancelled. */
  fail(): void {
    if (this.recording.processEnd.signal !== null) return;
    this.recording.processEnd = { code: 1, signal: null };
  }

  /** Cancels the run, unless the session is closed. */
  cancel(signal: "SIGINT" | "SIGTERM"): void {
    if (this.context.isClosed) return;
    this.#cancellation.cancel(signal);
    this.recording.processEnd = { code: null, signal };
  }
}
