/**
 * Sessions and launchers whose system calls fail, by strace, and the verdict on each run.
 *
 * @module
 */
import type { RuntimeName } from "../kit/installed.ts";
import { launch, type Outcome } from "../kit/launch.ts";
import { launcherCommand } from "../kit/launcher.ts";
import { TempFolder } from "../kit/temp_folder.ts";
import { seeded } from "../stores/bad_weather.ts";

const RUNTIMES = ["deno", "bun", "node26"] as const;

/**
 * Whose calls fail: those of a session on Dagster's file, those of the launcher on Dagster's file,
 * those of a session on the launcher's file, or what the launcher reads.
 */
const PLACES = ["session", "launcher", "supervised session", "launcher reads"] as const;

/** The calls that fail, as strace names them, and the errors that they may get. */
type Fault = readonly [calls: string, errors: readonly string[]];

/** What fails, as strace names it, and what the system answers. */
const FAULTS: readonly Fault[] = [
  ["write,pwrite64,writev", ["ENOSPC", "EIO", "EINTR", "EDQUOT"]],
  ["openat,open", ["EMFILE", "EIO", "EACCES", "EINTR"]],
  ["close", ["EIO", "EINTR"]],
  ["fstat,stat,lstat,newfstatat,statx", ["EIO", "ENOENT", "EACCES"]],
];

const READ_FAULTS: readonly Fault[] = [["pread64", ["EIO", "EINTR", "EMFILE"]]];

const MESSAGES = 12;

/** What Dagster's reader has to get, unless the run fails. */
const EXPECTED: readonly string[] = [
  "opened",
  ...Array.from({ length: MESSAGES }, (_, i) => `message ${i}`),
  "report_asset_materialization",
  "closed",
];

/** One run, and its fault. */
export interface FaultyRun {
  readonly runtime: RuntimeName;
  readonly place: typeof PLACES[number];
  readonly calls: string;
  readonly error: string;
  /** Which of the calls fails, from 1. */
  readonly at: number;
  /** Whether all calls after that fail too. */
  readonly isForGood: boolean;
}

/** What became of a run: all messages arrived once and in order, it failed, or neither. */
export type Verdict = "complete" | "failed" | "silent";

/** Returns the faulty run of a seed. */
export function faultyRun(seed: number): FaultyRun {
  const random = seeded(Math.imul(seed + 1, 0x9e3779b1));
  for (let i = 0; i < 20; i++) random();
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  const place = pick(PLACES);
  const [calls, errors] = pick(place === "launcher reads" ? READ_FAULTS : FAULTS);
  // A session makes few of these calls, and the first ones differ most.
  const most = place === "launcher reads" ? 40 : 18;
  const at = 1 + Math.floor(random() ** 2 * most);
  const error = pick(errors);
  // No system interrupts a call forever, and runtimes repeat a call until it is not.
  const isForGood = error !== "EINTR" && random() < 0.5;
  return { runtime: pick(RUNTIMES), place, calls, error, at, isForGood };
}

/** Runs a session of twelve log messages and a materialization, with a fault. */
export async function runWithFault(
  { runtime, place, calls, error, at, isForGood }: FaultyRun,
): Promise<{ readonly verdict: Verdict; readonly outcome: Outcome }> {
  using folder = new TempFolder();
  const inject = `inject=${calls}:error=${error}:when=${at}${isForGood ? "+" : ""}`;
  const strace = (...flags: string[]): string[] => [
    ...["strace", "-f", "-qq", "-o", "/dev/null", "-e", inject],
    ...flags,
  ];
  const own = strace("-P", `${folder.path}/messages`);
  // Only the shell, which the launcher starts, knows the launcher's file.
  const inside =
    'inject=$1; shift; exec strace -f -qq -o /dev/null -e "$inject" -P "$TMPDIR"/dagster-pipes-*/messages "$@"';
  const under: Record<FaultyRun["place"], readonly string[]> = {
    "session": own,
    "launcher": [...own, ...launcherCommand(runtime)],
    "supervised session": [...launcherCommand(runtime), "sh", "-c", inside, "sh", inject],
    "launcher reads": [...strace(), ...launcherCommand(runtime)],
  };
  const outcome = await launch(runtime, "system_faults.ts", {
    folder,
    args: [`${MESSAGES}`],
    under: under[place],
    env: { TMPDIR: folder.path },
  });
  return { verdict: verdictOf(outcome), outcome };
}

function verdictOf({ code, raw, stderr }: Outcome): Verdict {
  if (code !== 0) return stderr === "" ? "silent" : "failed";
  const names = raw.trimEnd().split("\n").map(nameOf).filter((name) => name !== "");
  return JSON.stringify(names) === JSON.stringify(EXPECTED) ? "complete" : "silent";
}

/** Runs many seeds, several at a time. Returns how many runs ended how. */
export async function runFaults(
  seeds: readonly number[],
  onSilent: (run: FaultyRun, outcome: Outcome) => void,
): Promise<Record<Verdict, number>> {
  const counts = { complete: 0, failed: 0, silent: 0 };
  const left = [...seeds];
  const work = async (): Promise<void> => {
    for (let seed = left.shift(); seed !== undefined; seed = left.shift()) {
      const faulty = faultyRun(seed);
      const { verdict, outcome } = await runWithFault(faulty);
      counts[verdict]++;
      if (verdict === "silent") onSilent(faulty, outcome);
    }
  };
  await Promise.all(Array.from({ length: navigator.hardwareConcurrency }, work));
  return counts;
}

/** What is needed to find the cause of a silent loss. */
export function describeSilent(run: FaultyRun, { code, signal, stderr, raw }: Outcome): string {
  const messages = raw.replace(/(long )+/g, "long ");
  return `${JSON.stringify(run)}\nexit code ${code}, signal ${signal}\n${messages}\n${stderr}`;
}

/** Names a message; `""` for the announcement of a long one. */
function nameOf(line: string): string {
  try {
    const { method, params } = JSON.parse(line);
    if (method === "log") {
      return params.level === "DEBUG" ? "" : params.message.replace(/ (long )+$/, "");
    }
    return method === "closed" && params.exception !== undefined ? "failed" : method;
  } catch {
    return `not a message: ${line.slice(0, 80)}`;
  }
}
