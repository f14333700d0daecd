import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { launch } from "../kit/launch.ts";
import { RUNTIMES } from "../kit/installed.ts";

/** What is to become of a process whose messages take 200 ms to deliver. */
interface Row {
  /** What Dagster gets, by the methods of the messages. */
  readonly delivered: readonly string[];
  /** The exit code, or the signal. */
  readonly end: number | "SIGTERM";
  /** What `closed` tells. */
  readonly told?: RegExp;
  /** What stderr says of what is lost. */
  readonly lost?: string;
}

const ALL = ["opened", "log", "closed"];

const TABLE: Readonly<Record<string, Row>> = {
  "a clean close": { delivered: ALL, end: 0 },
  "a throw": { delivered: ALL, end: 1, told: /thrown/ },
  "an error in a timer": { delivered: ALL, end: 1, told: /in a timer/ },
  "a rejection": { delivered: ALL, end: 1, told: /rejected/ },
  "an event loop that runs empty": { delivered: ALL, end: 1, told: /event loop ran empty/ },
  "an end while it closes": { delivered: ALL, end: 0 },
  "SIGTERM": { delivered: ALL, end: "SIGTERM", told: /SIGTERM/ },
  "exit 0": { delivered: ["opened"], end: 1, lost: "Lost: 2 messages" },
  "exit 3": { delivered: ["opened"], end: 3, lost: "Lost: 2 messages" },
  "exit 0 while it closes": { delivered: ["opened"], end: 1, lost: "Lost: 2 messages" },
};

for (const runtime of RUNTIMES) {
  for (const [name, row] of Object.entries(TABLE)) {
    Deno.test(`${runtime}: messages that take their time are waited for, or counted as lost: ${name}`, async () => {
      const outcome = await launch(runtime, "slow_channel.ts", { args: [name] });
      const messages = outcome.raw.split("\n").filter((line) => line !== "")
        .map((line) => JSON.parse(line));
      assertEquals(messages.map(({ method }) => method), [...row.delivered], outcome.stderr);
      assertEquals(outcome.signal ?? outcome.code, row.end, outcome.stderr);
      const told = messages.at(-1).params.exception?.message ?? "";
      assertMatch(told, row.told ?? /^$/);
      if (row.lost !== undefined) assertStringIncludes(outcome.stderr, row.lost);
      else assertEquals(outcome.stderr.includes("Cannot report"), false, outcome.stderr);
      // The runtime still prints the error that nobody caught.
      if (/thrown|timer|rejected/.test(told)) assertStringIncludes(outcome.stderr, "RangeError");
    });
  }
}
