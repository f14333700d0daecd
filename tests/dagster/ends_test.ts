import { assert, assertEquals } from "@std/assert";
import { assertTable } from "../docs/written_table.ts";
import { Dagster, type Scenario, type StoredRun } from "./harness.ts";
import { type End, endsTableMarkdown, ROWS, SMALL } from "./ends_table.ts";
import { SUITE_RUNTIMES } from "./suite.ts";
import type { RuntimeName } from "../kit/installed.ts";
import { launcherCommand } from "../kit/launcher.ts";

/** One end on one runtime. */
interface Cell {
  readonly how: string;
  readonly wanted: End;
  readonly scenario: Scenario;
  readonly seconds: readonly [least: number, most: number];
}

const SIGNALS: Readonly<Record<number, string>> = {
  2: "SIGINT",
  6: "SIGABRT",
  9: "SIGKILL",
  15: "SIGTERM",
};

/**
 * How a process that has no memory left dies: each runtime has its own way, and none of them
 * chooses it.
 */
const CRASHES: readonly number[] = [4, 5, 6, 7, 11];

/** What Dagster stored of one end. */
function endOf(how: string, run: StoredRun): End {
  const [attempt] = run.attempts;
  assert(attempt?.opened, `${how}: Dagster saw no session`);
  const code = exitCode(run);
  const warnings = run.logs.filter(({ level, message }) =>
    level === "WARNING" && message.startsWith("[pipes]")
  ).map(({ message }) => message);
  const isWarned = warnings.length === 1 && warnings[0]?.includes("did not receive closed message");
  // Anything else would be a second `closed`, or a report after it.
  assertEquals(isWarned ? [] : warnings, [], how);
  const logs = run.logs.map(({ message }) => message).filter((message) =>
    !message.startsWith("[pipes]") && !["ready", "done"].includes(message)
  );
  const isCrash = how === "out of memory" && CRASHES.includes(-code);
  return {
    closed: attempt.closed ? exceptionOf(run, isCrash) : "no",
    end: code >= 0 ? code : isCrash ? "a crash" : SIGNALS[-code] ?? `signal ${-code}`,
    run: `${run.success ? "success" : "failure"}${isWarned ? ", warned" : ""}` as End["run"],
    ...(logs.length === 0 ? {} : { logs }),
  };
}

/**
 * The first line of what `closed` carries. What the command printed last comes behind it where the
 * launcher tells it.
 */
function exceptionOf(run: StoredRun, isCrash: boolean): string {
  const messages = run.engineErrors.map(({ error }) => error.message.trim());
  const text = messages.join(" and ").replace(/\. The last lines of its stderr:\n[^]*/, "");
  if (text === "") return "yes";
  return isCrash ? text.replace(/signal SIG[A-Z]+(?= and left|$)/, "a crash") : text;
}

/** The exit code as Dagster tells it; a signal is a negative one. */
function exitCode(run: StoredRun): number {
  const [failure] = run.failures;
  if (failure === undefined) return 0;
  const code = /External execution process failed with code (-?\d+)/.exec(JSON.stringify(failure));
  assert(code !== null, JSON.stringify(failure));
  return Number(code[1]);
}

/**
 * How a row is run and what is wanted of it, alone or supervised. Rows that a runtime does not have
 * are left out.
 */
function cellsOf(runtime: RuntimeName, isSupervised: boolean): Cell[] {
  return Object.entries(ROWS).flatMap(([how, row]) => {
    const { ends, signals, args } = { ...row, ...(isSupervised ? row.supervised : {}) };
    const wanted = ends[runtime] ?? ends.each;
    if (wanted === undefined) return [];
    const scenario: Scenario = {
      program: "ends.ts",
      args: [how],
      signals: signals ?? [],
      ...(how === "out of memory" ? SMALL[runtime] : {}),
      under: isSupervised ? launcherCommand(runtime, ...args ?? []) : [],
    };
    return [{ how, wanted, scenario, seconds: row.seconds ?? [0, Infinity] }];
  });
}

/** Runs a column of the table. */
async function assertColumn(runtime: RuntimeName, cells: readonly Cell[]): Promise<void> {
  const dagster = await Dagster.start();
  const odd: string[] = [];
  try {
    for (const { how, wanted, scenario, seconds: [least, most] } of cells) {
      const { runs: [run], stderr } = await dagster.run(runtime, scenario);
      if (run === undefined) throw new Error("The harness gave no run");
      // Each cell alone, so that a failure shows what Dagster stored of it, and what was printed.
      assertEquals(
        endOf(how, run),
        wanted,
        `${how} on ${runtime}: ${
          JSON.stringify({ logs: run.logs, errors: run.engineErrors, stderr })
        }`,
      );
      const seconds = run.attempts[0]?.seconds ?? 0;
      if (seconds < least || seconds > most) {
        odd.push(`${how}: ${seconds} s, not ${least} to ${most}`);
      }
    }
  } finally {
    await dagster.close();
  }
  assertEquals(odd, [], runtime);
}

Deno.test("the table of ends on its page is the one that is tested; WRITE_TABLES=1 writes it", async () => {
  await assertTable("docs/ends.md", "## All ends\n", endsTableMarkdown());
});

Deno.test("every end that a process can see reaches Dagster once, with its cause, exit code and cleanup", async () => {
  await Promise.all(
    SUITE_RUNTIMES.map((runtime) => assertColumn(runtime, cellsOf(runtime, false))),
  );
});

Deno.test("every end at all reaches Dagster once where the launcher owns the session", async () => {
  const columns = SUITE_RUNTIMES.map((runtime) => [runtime, cellsOf(runtime, true)] as const);
  for (const [, cells] of columns) {
    assertEquals(cells.filter(({ wanted }) => wanted.closed === "no"), []);
  }
  await Promise.all(columns.map(([runtime, cells]) => assertColumn(runtime, cells)));
});
