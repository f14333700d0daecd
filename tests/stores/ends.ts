import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { StoreOutcome, StoreRun } from "./real_stores.ts";

/** A way in which a process ends, and what Dagster is to know of it then. */
export interface End {
  readonly name: string;
  readonly run: Pick<StoreRun, "script" | "signal">;
  readonly check: (outcome: StoreOutcome) => void;
}

/** Every end that a process can see itself. */
export const ENDS: readonly End[] = [
  {
    name: "a throw",
    run: { script: ["throw"] },
    check: (outcome) => assertTold(outcome, /^TypeError: mine$/, 1),
  },
  {
    name: "a rejection that nobody handles",
    run: { script: ["reject"] },
    check: (outcome) => assertTold(outcome, /^RangeError: nobody's$/, 1),
  },
  {
    name: "an event loop that runs empty",
    run: { script: ["idle"] },
    check: (outcome) => assertTold(outcome, /The event loop ran empty/, 1),
  },
  {
    name: "SIGINT",
    run: { script: ["ready"], signal: "SIGINT" },
    check: (outcome) => assertTold(outcome, /the process got SIGINT/, -2),
  },
  {
    name: "SIGTERM",
    run: { script: ["ready"], signal: "SIGTERM" },
    check: (outcome) => assertTold(outcome, /the process got SIGTERM/, -15),
  },
  {
    name: "process.exit(0)",
    run: { script: ["exit"] },
    check: ({ success, code, opened, closed, stderr }) => {
      assertEquals([success, code, opened, closed], [false, 1, true, false]);
      assertStringIncludes(stderr, "Lost: 4 messages");
    },
  },
];

/** What a process cannot tell itself, and the launcher tells for it. */
export const ENDS_UNDER_LAUNCHER: readonly End[] = [
  {
    name: "SIGKILL",
    run: { script: ["kill"] },
    check: (outcome) => assertTold(outcome, /SIGKILL/, -9),
  },
  {
    name: "process.exit(0)",
    run: { script: ["exit"] },
    check: (outcome) => assertTold(outcome, /exit/, 1),
  },
  {
    name: "a throw",
    run: { script: ["throw"] },
    check: (outcome) => assertTold(outcome, /^TypeError: mine$/, 1),
  },
];

/** All was delivered, the exception among it, and the process and the step have failed. */
function assertTold(outcome: StoreOutcome, message: RegExp, code: number): void {
  assertEquals([outcome.messages, outcome.inOrder], [3, true], outcome.stderr);
  assertEquals([outcome.closed, outcome.success, outcome.code], [true, false, code]);
  assert(outcome.exception !== null, "it was told as a success");
  assertMatch(outcome.exception.message, message);
}
