import type { StepProblemCode } from "../../src/local/recorded.ts";
import type { Scenario } from "./harness.ts";

/** What a process writes and how it ends, and what Dagster says of that. */
export interface ProblemRow {
  readonly step?: Scenario["step"];
  readonly assets?: Scenario["assets"];
  readonly lines: readonly string[];
  /** An exit code or a signal. Default: 0. */
  readonly end?: number | string;
  readonly says: readonly StepProblemCode[];
}

function message(method: string, params: unknown): string {
  return JSON.stringify({ __dagster_pipes_version: "0.1", method, params });
}

function made(asset_key: string): string {
  return message("report_asset_materialization", { asset_key, data_version: null, metadata: {} });
}

function checked(asset_key: string, check_name: string, passed = true): string {
  const severity = "ERROR";
  const params = { asset_key, check_name, passed, severity, metadata: {} };
  return message("report_asset_check", params);
}

const opened = message("opened", { extras: {} });
const closed = message("closed", {});
const log = message("log", { message: "hello", level: "INFO" });
const failed = message("closed", {
  exception: { message: "Boom: x", stack: [], name: "Boom", cause: null, context: null },
});

const A = [{ key: ["a"] }];
const A_AND_B = [{ key: ["a"] }, { key: ["x", "b"] }];
const CHECKED = [{ key: ["a"], checks: ["c"] }];
const CHECK_STEP = { step: "asset_check", assets: CHECKED } as const;

/** Steps of one asset, `a`, where a row does not say otherwise. */
export const PROBLEM_ROWS: Readonly<Record<string, ProblemRow>> = {
  "all is well": { lines: [opened, log, made("a"), closed], says: [] },
  "nothing is reported": { lines: [opened, closed], says: [] },
  "one of two assets is reported": {
    assets: A_AND_B,
    lines: [opened, made("x/b"), closed],
    says: [],
  },
  "a check fails": { assets: CHECKED, lines: [opened, checked("a", "c", false), closed], says: [] },
  "a session opens twice": { lines: [opened, opened, closed], says: [] },

  "no message comes": { lines: [], says: ["no_messages"] },
  "a session is never opened": { lines: [made("a"), closed], says: ["no_messages"] },
  "a session is never closed": { lines: [opened, made("a")], says: ["not_closed"] },
  "a session fails, and the process says 0": {
    lines: [opened, failed],
    says: ["closed_with_exception"],
  },
  "a log message comes after the end": {
    lines: [opened, closed, log, log],
    says: ["after_closed", "after_closed"],
  },
  "a report comes after the end": { lines: [opened, closed, made("a")], says: ["after_closed"] },
  "a session is closed twice": { lines: [opened, closed, closed], says: ["after_closed"] },
  "a second session follows": {
    lines: [opened, failed, opened, closed],
    says: ["after_closed", "after_closed", "closed_with_exception"],
  },
  "a line is no message": {
    lines: [opened, "{", made("z"), closed],
    says: ["unreadable_message", "not_closed"],
  },
  "a line is an unknown message": {
    lines: [opened, message("shout", {}), made("z"), closed],
    says: ["unreadable_message", "not_closed"],
  },

  "a process says 3": { lines: [opened, made("a"), closed], end: 3, says: ["process_failed"] },
  "a session fails, and the process says 1": {
    lines: [opened, failed],
    end: 1,
    says: ["process_failed"],
  },
  "a process says 3 in the middle": {
    lines: [opened],
    end: 3,
    says: ["not_closed", "process_failed"],
  },
  "a process is killed": {
    lines: [opened, log],
    end: "SIGKILL",
    says: ["not_closed", "process_failed"],
  },
  "a process fails whose results are wrong too": {
    lines: [opened, made("z"), closed],
    end: 1,
    says: ["process_failed"],
  },

  "an asset is unknown": { lines: [opened, made("z"), closed], says: ["unknown_asset"] },
  "an asset of a check is unknown": {
    assets: CHECKED,
    lines: [opened, checked("a", "c"), checked("z", "c"), closed],
    says: ["unknown_asset"],
  },
  "a check is not declared": {
    lines: [opened, made("a"), checked("a", "c"), closed],
    says: ["undeclared_check"],
  },
  "a check is declared under another name": {
    assets: CHECKED,
    lines: [opened, checked("a", "c"), checked("a", "d"), closed],
    says: ["undeclared_check"],
  },
  "a declared check has no result": {
    assets: CHECKED,
    lines: [opened, made("a"), closed],
    says: ["missing_check"],
  },
  "an asset is materialized twice": {
    lines: [opened, made("a"), made("a"), closed],
    says: ["reported_twice"],
  },
  "a check has two results": {
    assets: CHECKED,
    lines: [opened, checked("a", "c"), checked("a", "c"), closed],
    says: ["reported_twice"],
  },

  "an op reports what it likes": {
    step: "op",
    lines: [opened, made("z"), made("z"), checked("z", "c"), closed],
    says: [],
  },
  "a step that only checks does": {
    ...CHECK_STEP,
    lines: [opened, checked("a", "c"), closed],
    says: [],
  },
  "a step that only checks says nothing": {
    ...CHECK_STEP,
    lines: [opened, closed],
    says: ["missing_check"],
  },
  "a step that only checks has another check": {
    ...CHECK_STEP,
    lines: [opened, checked("a", "d"), closed],
    says: ["undeclared_check", "missing_check"],
  },
  "a step that only checks has two results": {
    ...CHECK_STEP,
    lines: [opened, checked("a", "c"), checked("a", "c"), closed],
    says: ["reported_twice"],
  },
  "a step that only checks makes an asset": {
    ...CHECK_STEP,
    lines: [opened, checked("a", "c"), made("a"), closed],
    says: ["unknown_asset"],
  },
};

/** The assets of a row. */
export function assetsOf({ assets = A }: ProblemRow): NonNullable<Scenario["assets"]> {
  return assets;
}
