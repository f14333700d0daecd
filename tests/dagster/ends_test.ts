import { assert, assertEquals } from "@std/assert";
import { Dagster, type StoredRun } from "./harness.ts";
import { type End, type Row, ROWS, SMALL } from "./ends_table.ts";
import { SUITE_RUNTIMES } from "./suite.ts";
import type { RuntimeName } from "../tools/setup.ts";

const SIGNALS: Readonly<Record<number, string>> = {
  2: "SIGINT",
  6: "SIGABRT",
  9: "SIGKILL",
  15: "SIGTERM",
};

/** How a process that has no memory left dies: each runtime has its own way, and none of them chooses it. */
const CRASHES: readonly number[] = [4, 5, 6, 7, 11];

/** What Dagster stored of one end. */
function endOf(how: string, run: StoredRun): End {
  const [attempt] = run.attempts;
  assert(attempt?.opened, `${how}: Dagster saw no session`);
  const code = exitCode(run);
  const warnings = run.logs.filter(({ level, message }) =>
    level === "WARNING" && message.startsWith("[pipes]")
  ).map(({ message }) => message);
  const isWarned = warnings.length === 1 &&
    warnings[0]?.includes("did not receive closed message");
  // Anything else would be a second `closed`, or a report after it.
  assertEquals(isWarned ? [] : warnings, [], how);
  const logs = run.logs.map(({ message }) => message).filter((message) =>
    !message.startsWith("[pipes]") && !["ready", "done"].includes(message)
  );
  return {
    closed: attempt.closed
      ? run.engineErrors.map(({ error }) => error.message.trim()).join() ||
        "yes"
      : "no",
    end: code >= 0
      ? code
      : how === "out of memory" && CRASHES.includes(-code)
      ? "a crash"
      : SIGNALS[-code] ?? `signal ${-code}`,
    run: `${run.success ? "success" : "failure"}${
      isWarned ? ", warned" : ""
    }` as End["run"],
    ...(logs.length === 0 ? {} : { logs }),
  };
}

/** The exit code as Dagster tells it; a signal is a negative one. */
function exitCode(run: StoredRun): number {
  const [failure] = run.failures;
  if (failure === undefined) return 0;
  const code = /External execution process failed with code (-?\d+)/.exec(
    JSON.stringify(failure),
  );
  assert(code !== null, JSON.stringify(failure));
  return Number(code[1]);
}

async function column(
  runtime: RuntimeName,
): Promise<[Record<string, End>, string[]]> {
  const dagster = await Dagster.start();
  const ends: Record<string, End> = {};
  const odd: string[] = [];
  try {
    for (const [how, row] of Object.entries(ROWS)) {
      if (expected(row, runtime) === undefined) continue;
      const { runs: [run] } = await dagster.run(runtime, {
        program: "ends.ts",
        args: [how],
        signals: row.signals ?? [],
        ...(how === "out of memory" ? SMALL[runtime] : {}),
      });
      if (run === undefined) throw new Error("The harness gave no run");
      ends[how] = endOf(how, run);
      const [least, most] = row.seconds ?? [0, Infinity];
      const seconds = run.attempts[0]?.seconds ?? 0;
      if (seconds < least || seconds > most) {
        odd.push(`${how}: ${seconds} s, not ${least} to ${most}`);
      }
    }
  } finally {
    await dagster.close();
  }
  return [ends, odd];
}

function expected(row: Row, runtime: RuntimeName): End | undefined {
  return row.ends[runtime] ?? row.ends.each;
}

Deno.test("every end that a process can see reaches Dagster once, with its cause, exit code and cleanup", async () => {
  const columns = await Promise.all(SUITE_RUNTIMES.map(async (runtime) => {
    const [ends, odd] = await column(runtime);
    return [runtime, ends, odd] as const;
  }));
  for (const [runtime, ends, odd] of columns) {
    const wanted = Object.entries(ROWS).flatMap(([how, row]) => {
      const end = expected(row, runtime);
      return end === undefined ? [] : [[how, end]];
    });
    assertEquals(ends, Object.fromEntries(wanted), runtime);
    assertEquals(odd, [], runtime);
  }
});
