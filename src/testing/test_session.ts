import { problemsOf, type ProcessEnd, type StepProblem } from "../local/problems.ts";
import { contextText, targetsOf } from "../local/step.ts";
import type { StepTargets } from "../local/step_options.ts";
import { StepRecord } from "../local/step_record.ts";
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

/** The id of the run where a test gives none: the same each time. */
const RUN_ID = "00000000-0000-4000-8000-000000000000";

/** A session in memory, in which nobody looks after the process. */
export class TestSession<E> implements StandIn {
  readonly context: SessionContext<E>;
  readonly record: StepRecord = new StepRecord();
  readonly #targets: StepTargets;
  readonly #cancellation = new Cancellation();
  readonly #givenExtras: unknown;
  #extras: E;
  #extrasSchema: StandardSchemaV1<unknown, unknown> | undefined;
  /** How many scopes of a script hold the context. The last of them has to have closed it. */
  #holders = 0;
  /** How the process would end. */
  #end: ProcessEnd = { code: 0, signal: null };

  constructor(options: TestPipesOptions<E>) {
    const { runId = RUN_ID, extrasSchema } = options;
    this.#targets = targetsOf(options);
    const data = readContextData(contextText({ ...options, runId }, this.#targets));
    this.#givenExtras = data.extras;
    this.#extrasSchema = extrasSchema;
    this.#extras = checkExtrasAtOnce(data.extras, extrasSchema);

    const channel: PipesMessageWriterChannel = {
      writeMessage: (line) => void this.record.take(line),
      close() {},
    };
    channel.writeMessage(openedLine());
    const ending = new SessionEnding(channel, this.#cancellation, () => {});
    this.context = new SessionContext(data, this.#extras, channel, ending, {
      onClosed() {},
      onScopeLeft: () => --this.#holders <= 0,
      failProcess: () => this.fail(),
    });
  }

  /** The extras, as the newest schema made them. */
  get extras(): E {
    return this.#extras;
  }

  /** Gives its context to a script that would open a session of its own. */
  async join<S>({ extrasSchema }: PipesOptions<S>, isScope: boolean): Promise<PipesContext<S>> {
    if (extrasSchema !== undefined && extrasSchema !== this.#extrasSchema) {
      if (this.#extrasSchema !== undefined) {
        throw new DagsterPipesError(
          "options_conflict",
          "Cannot check the extras of a test by another extrasSchema: leave it out of createTestPipes, " +
            "or give the script's own there",
        );
      }
      // Without a schema they were what the test says they are, and now what the script says.
      this.#extras = await checkExtras(this.#givenExtras, extrasSchema, false) as E & S;
      this.#extrasSchema = extrasSchema;
    }
    if (isScope) this.#holders++;
    return this.context as PipesContext<unknown> as PipesContext<S>;
  }

  /** Notes that the process would fail, unless it was cancelled. */
  fail(): void {
    if (this.#end.signal === null) this.#end = { code: 1, signal: null };
  }

  /** Cancels the run, unless the session is closed. */
  cancel(signal: "SIGINT" | "SIGTERM"): void {
    if (this.context.isClosed) return;
    this.#cancellation.cancel(signal);
    this.#end = { code: null, signal };
  }

  /** What Dagster would say if the process ended now. */
  problems(): StepProblem[] {
    return problemsOf(this.#targets, this.record, this.#end);
  }
}
