import { assert, assertEquals, assertMatch } from "@std/assert";
import { LINES } from "../contract/message_writer_lines.ts";
import type { Thrown } from "../programs/telling.ts";
import { type RuntimeName, RUNTIMES } from "./installed.ts";
import { launch, type Outcome } from "./launch.ts";
import {
  closedException,
  isLayout,
  linesOf,
  logsOf,
  methodsOf,
  parseMessage,
  sessionOf,
} from "./messages.ts";
import { TempFolder } from "./temp_folder.ts";

/** Where the messages of one process go. */
export interface Destination {
  /** What Dagster's message reader tells the writer. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Variables that the module of the writer reads. */
  readonly env?: Readonly<Record<string, string>>;
  /** The text of all messages that have arrived. Called when the process has ended. */
  arrived(outcome: Outcome): string | Promise<string>;
}

/** A message writer that is to keep its contract. */
export interface MessageWriterSetup {
  /** The path of a module whose default export is the writer, and which each runtime loads. */
  readonly module: string;
  /** A new place for messages. The folder is there as long as it is. */
  destination(folder: TempFolder): Destination | Promise<Destination>;
  /** Whether a message has arrived when `writeMessage` returns. */
  readonly isImmediate: boolean;
  /** What the `opened` message tells the reader. Default: nothing. */
  readonly openedExtras?: Readonly<Record<string, unknown>>;
  /** Params that it cannot serve, and what its error tells. Default: none. */
  readonly refused?: readonly (readonly [params: Record<string, unknown>, tells: RegExp])[];
  /** Default: every one. */
  readonly runtimes?: readonly RuntimeName[];
}

/** What became of a process, what arrived, and what its channel said. */
interface Run {
  readonly outcome: Outcome;
  readonly arrived: string;
  readonly told: Record<string, unknown>;
}

/** Tests on every runtime that a message writer keeps each promise of its port. */
export function testMessageWriter(name: string, setup: MessageWriterSetup): void {
  for (const runtime of setup.runtimes ?? RUNTIMES) {
    Deno.test(`${runtime}: ${name} keeps every promise of a message writer`, async (t) => {
      const run = runner(setup, runtime);

      await t.step(
        "all messages arrive whole and in order once its channel is closed",
        async () => {
          const { outcome, arrived } = await run("close");
          assertEquals(outcome.code, 0, outcome.stderr);
          assertEquals(messageLines(arrived), LINES);
        },
      );
      await t.step("a process that is killed loses nothing of what had to be there", async () => {
        const { outcome, arrived, told } = await run("flush");
        assertEquals(outcome.signal, "SIGKILL", outcome.stderr);
        const lines = messageLines(arrived);
        const mustBeThere = setup.isImmediate || told.isFlushed === true;
        assertEquals(lines, LINES.slice(0, mustBeThere ? LINES.length : lines.length));
      });
      await t.step(
        "where there is no time to close, it says how many messages are lost",
        async () => {
          const { outcome, arrived, told } = await run("hurry");
          assertEquals(outcome.code, 0, outcome.stderr);
          const lines = messageLines(arrived);
          assertEquals(lines, LINES.slice(0, lines.length));
          assert(lines.length + Number(told.unsentMessages) >= LINES.length, JSON.stringify(told));
          assert(Number(told.took) < 5000, JSON.stringify(told));
        },
      );
      await t.step("a session that fails is told from its first message to its last", async () => {
        const { arrived, told } = await run("session");
        assertEquals([told.name, told.message], ["TypeError", "mine"]);
        const messages = sessionOf(arrived);
        assertEquals(methodsOf(messages), ["opened", "log", "closed"]);
        assertEquals(messages[0]?.params, { extras: setup.openedExtras ?? {} });
        assertEquals(logsOf(messages), ["one"]);
        assertEquals(closedException(messages).name, "TypeError");
      });
      const { refused = [] } = setup;
      if (refused.length === 0) return;
      await t.step("params that it cannot serve are refused, and named", async () => {
        const { told } = await run("refuse", { refused: refused.map(([params]) => params) });
        for (const [i, [params, tells]] of refused.entries()) {
          const { name, code, message } = (told as unknown as Thrown[])[i] ?? {};
          assertEquals(
            [name, code],
            ["DagsterPipesError", "params_invalid"],
            JSON.stringify(params),
          );
          assertMatch(String(message), tells);
        }
      });
    });
  }
}

/** What runs the program of the contract, each time with a new destination. */
function runner(setup: MessageWriterSetup, runtime: RuntimeName) {
  return async (what: string, params?: Record<string, unknown>): Promise<Run> => {
    using folder = new TempFolder();
    const { env = {}, ...destination } = await setup.destination(folder);
    folder.write("told", "{}");
    const outcome = await launch(runtime, "../contract/message_writer_program.ts", {
      args: [setup.module, `${folder.path}/told`, what],
      messagesParams: params ?? destination.params,
      env,
    });
    const arrived = await destination.arrived(outcome);
    return { outcome, arrived, told: JSON.parse(folder.read("told")) };
  };
}

/** The lines of messages, written alike, without what only lays out a file. */
function messageLines(arrived: string): string[] {
  return linesOf(arrived).filter((line) => !isLayout(parseMessage(line)))
    .map((line) => JSON.stringify(JSON.parse(line)));
}
