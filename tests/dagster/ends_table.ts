import { tableMarkdown } from "../docs/written_table.ts";
import type { RuntimeName } from "../kit/installed.ts";

/** How a script of Dagster's subprocess client ended, and what came of it. */
export interface End {
  /**
   * What `closed` says: the exception's message, `"yes"` where it carries none, `"no"` where it
   * never came.
   */
  readonly closed: string;
  /** The exit code, or the signal that the process died of. */
  readonly end: number | string;
  /** What Dagster's run is, and whether it warns that the session was left open. */
  readonly run: "success" | "failure" | "failure, warned";
  /** What the script logged after it was told of its end. */
  readonly logs?: readonly string[];
}

/** One row: the ends of a script, which differ from one runtime to another in a few rows only. */
export interface Row {
  /** From when the script is ready. */
  readonly signals?: readonly (readonly [name: string, seconds: number])[];
  readonly ends: Readonly<Partial<Record<RuntimeName | "each", End>>>;
  /** How long the script lives from when it is ready, in seconds. */
  readonly seconds?: readonly [least: number, most: number];
  /** What is otherwise where the launcher owns the session. */
  readonly supervised?: {
    readonly args?: readonly string[];
    readonly signals?: Row["signals"];
    readonly ends: Row["ends"];
  };
}

function cancelled(signal: string, ...logs: string[]): End {
  return {
    closed: `DagsterPipesError: Interrupted: the process got ${signal}`,
    end: signal,
    run: "failure",
    ...(logs.length === 0 ? {} : { logs }),
  };
}

function failed(closed: string, end = 1): End {
  return { closed, end, run: "failure" };
}

/** What only a parent can tell of. */
function silent(end: number | string): End {
  return { closed: "no", end, run: "failure, warned" };
}

/** What the launcher tells in place of its command. */
function told(what: string, end: number | string): End {
  return { closed: `DagsterPipesError: The command ${what}`, end, run: "failure" };
}

const EXITED = "before its session with Dagster was closed";
const EMPTY =
  "DagsterPipesError: The event loop ran empty before the session with Dagster was closed: `await pipes.close()` is missing, or something is awaited that nothing will settle";

/** Every way in which a script can end. */
export const ROWS: Readonly<Record<string, Row>> = {
  "return": { ends: { each: { closed: "yes", end: 0, run: "success" } } },
  "messages file is renamed": {
    ends: { each: { closed: "yes", end: 0, run: "success", logs: ["after that"] } },
    // The launcher uses a file of its own, which the writer of this script does not see.
    supervised: { ends: {} },
  },
  "throw an Error": { ends: { each: failed("RangeError: thrown") } },
  "throw a string": { ends: { each: failed("only words") } },
  "rejection": { ends: { each: failed("TypeError: rejected") } },
  "unhandled rejection": { ends: { each: failed("TypeError: not awaited") } },
  "throw in a timer": { ends: { each: failed("RangeError: from a timer") } },
  "process.exit(0)": {
    ends: { each: failed(`DagsterPipesError: The process exited with code 0 ${EXITED}`) },
  },
  "process.exit(3)": {
    ends: { each: failed(`DagsterPipesError: The process exited with code 3 ${EXITED}`, 3) },
  },
  "Deno.exit(0)": {
    ends: { deno: failed(`DagsterPipesError: The process exited with code 0 ${EXITED}`) },
  },
  "event loop empty": { ends: { each: failed(EMPTY) } },
  "scope left": {
    ends: {
      each: failed(
        "DagsterPipesError: The session's scope was left without `await pipes.close()`: an exception was thrown in it, or the call is missing",
      ),
    },
  },
  "throw, caught and printed": { ends: { each: failed("RangeError: thrown") } },
  "throw, finally exit()": { ends: { each: failed("RangeError: thrown") } },
  "throw, a listener takes the rejection": { ends: { each: failed("RangeError: thrown") } },
  "throw, exit(0) in a listener of exit": { ends: { each: failed("RangeError: thrown") } },
  "throw, caught, then exit(0)": {
    ends: { each: { closed: "RangeError: thrown", end: 0, run: "success" } },
  },
  "throw, caught, then exit(4)": { ends: { each: failed("RangeError: thrown", 4) } },
  "SIGINT, no reaction": {
    signals: [["SIGINT", 0]],
    ends: { each: cancelled("SIGINT") },
    seconds: [0, 1],
  },
  "SIGINT idle": { signals: [["SIGINT", 0]], ends: { each: cancelled("SIGINT") }, seconds: [0, 1] },
  "SIGINT with a cleanup of 2 s": {
    signals: [["SIGINT", 0]],
    ends: { each: cancelled("SIGINT", "cleaned up") },
    seconds: [2, 4],
  },
  "SIGINT twice within 0.3 s": {
    signals: [["SIGINT", 0], ["SIGINT", 0.3]],
    ends: { each: cancelled("SIGINT", "cleaned up") },
    seconds: [0.6, 2],
  },
  "SIGINT ignored beyond the grace": {
    signals: [["SIGINT", 0]],
    ends: { each: cancelled("SIGINT") },
    seconds: [1, 3],
  },
  "a second SIGINT after 1.5 s": {
    signals: [["SIGINT", 0], ["SIGINT", 1.5]],
    ends: { each: cancelled("SIGINT") },
    seconds: [1.5, 3.5],
  },
  "SIGTERM": { signals: [["SIGTERM", 0]], ends: { each: cancelled("SIGTERM") }, seconds: [0, 1] },
  "SIGTERM, a handler cleans up, then exit(0)": {
    signals: [["SIGTERM", 0]],
    ends: { each: { ...cancelled("SIGTERM"), end: 143 } },
    seconds: [0.5, 2],
  },
  "SIGTERM, a handler sets exit code 0": {
    signals: [["SIGTERM", 0]],
    ends: { each: { ...cancelled("SIGTERM"), end: 143 } },
    seconds: [0.2, 2],
  },
  "SIGTERM, a handler of once cleans up": {
    signals: [["SIGTERM", 0]],
    ends: { each: { ...cancelled("SIGTERM"), end: 143 } },
    seconds: [0.5, 2],
  },
  "SIGTERM, a later handler cleans up, and raises it again": {
    signals: [["SIGTERM", 0]],
    ends: { each: cancelled("SIGTERM") },
    seconds: [0.5, 2],
  },
  "SIGTERM, a handler cleans up, and the work throws": {
    signals: [["SIGTERM", 0]],
    ends: {
      each: { ...cancelled("SIGTERM"), end: 1 },
      bun: { ...cancelled("SIGTERM"), end: 143 },
    },
    seconds: [0.5, 2],
  },
  "SIGTERM, a handler never ends": {
    signals: [["SIGTERM", 0]],
    ends: { each: cancelled("SIGTERM"), deno: { ...cancelled("SIGTERM"), end: 143 } },
    seconds: [0.8, 3],
  },
  "busy loop with SIGINT, signals left to the runtime": {
    signals: [["SIGINT", 0]],
    ends: { each: silent("SIGINT") },
    seconds: [0, 1],
    supervised: {
      ends: { each: told("was cancelled by SIGINT and ended with signal SIGINT", "SIGINT") },
    },
  },
  "SIGKILL": {
    ends: { each: silent("SIGKILL") },
    supervised: {
      ends: {
        each: told(
          "ended with signal SIGKILL and left its session with Dagster unclosed",
          "SIGKILL",
        ),
      },
    },
  },
  "abort": {
    ends: { each: silent("SIGABRT") },
    supervised: {
      ends: {
        each: told(
          "ended with signal SIGABRT and left its session with Dagster unclosed",
          "SIGABRT",
        ),
      },
    },
  },
  "out of memory": {
    ends: { each: silent("a crash") },
    supervised: {
      ends: {
        each: told("ended with a crash and left its session with Dagster unclosed", "a crash"),
      },
    },
  },
  "busy loop with SIGINT": {
    signals: [["SIGINT", 0], ["SIGKILL", 0.7]],
    ends: { each: silent("SIGKILL") },
    supervised: {
      args: ["--grace", "0.7"],
      signals: [["SIGINT", 0]],
      ends: { each: told("was cancelled by SIGINT and ended with signal SIGKILL", "SIGKILL") },
    },
  },
  "never-settling top-level await": {
    signals: [["SIGINT", 0.7]],
    ends: { each: cancelled("SIGINT"), node26: failed(EMPTY) },
    supervised: {
      args: ["--timeout", "2", "--grace", "0.5"],
      signals: [],
      ends: { each: told("was cut off after 2 s", 124), node26: failed(EMPTY) },
    },
  },
};

/**
 * How little memory there is where a script is to run out of it. Bun's heap has no limit of its
 * own.
 */
export const SMALL: Readonly<
  Partial<Record<RuntimeName, { flags?: readonly string[]; limit?: string }>>
> = {
  deno: { flags: ["--v8-flags=--max-old-space-size=40"] },
  bun: { limit: "ulimit -d 400000" },
  node26: { flags: ["--max-old-space-size=40"] },
};

const COLUMNS = ["deno", "bun", "node26"] as const;

/** What a table says of the ends of one row: once, or for each runtime where they differ. */
function cell(ends: Row["ends"], text: (end: End) => string): string {
  const texts = COLUMNS.map((runtime) => {
    const end = ends[runtime] ?? ends.each;
    return end === undefined ? "not there" : text(end);
  });
  const names = (text: string) => ["Deno", "Bun", "Node"].filter((_, at) => texts[at] === text);
  const parts = [...new Set(texts)].map((text) => `${names(text).join(", ")}: ${text}`);
  return parts.length === 1 ? texts[0]! : parts.join("<br>");
}

function reported({ closed }: End): string {
  if (closed === "no") return "nothing";
  if (closed === "yes") return "a clean end";
  return closed.replace(/^DagsterPipesError: /, "").replace(
    /^Dagster cancelled.* got /,
    "a cancel by ",
  )
    .replace(/ before (the|its) session with Dagster was closed.*/, " too early")
    .replace(/ and left its session with Dagster unclosed/, "").replace(
      /: an exception was thrown.*/,
      "",
    );
}

/** The table as the documentation shows it. */
export function endsTableMarkdown(): string {
  const rows = Object.entries(ROWS).map(([how, { ends, supervised }]) => {
    const alone = [cell(ends, reported), cell(ends, ({ end }) => String(end))];
    const launched = supervised?.ends ?? ends;
    const told = cell(launched, reported);
    return [how, ...alone, cell(ends, ({ run }) => run), told === alone[0] ? "the same" : told];
  });
  const head = [
    "the script",
    "reported to Dagster",
    "exit code or signal",
    "the step",
    "reported by the launcher",
  ];
  return tableMarkdown([head, ...rows]);
}
