/**
 * Scripts whose messages go to a store that does something wrong once, and the verdict on each.
 *
 * @module
 */
import { ONE_ASSET } from "../kit/context.ts";
import { type Ended, run } from "../kit/command.ts";
import { pipesEnv } from "../kit/params.ts";
import { seeded } from "./bad_weather.ts";
import { type Fault, LYING_STORES, LyingStore } from "./lying_store.ts";
import { scriptCommand } from "./real_stores.ts";

const RUNTIMES = ["deno", "bun", "node26"] as const;

/** What a script does through a store, and the one fault of that store. */
export interface FaultyRun {
  readonly store: typeof LYING_STORES[number];
  readonly runtime: typeof RUNTIMES[number];
  /** Which request goes wrong. */
  readonly at: number;
  readonly fault: Fault;
}

/** What became of a run: all is in the store, the loss was told, or neither. */
export type Verdict = "complete" | "told" | "silent";

const STATUSES: readonly (readonly [status: number, code: string])[] = [
  [301, "PermanentRedirect"],
  [307, "TemporaryRedirect"],
  [400, "BadDigest"],
  [400, "ExpiredToken"],
  [401, "Unauthorized"],
  [403, "AccessDenied"],
  [403, "RequestTimeTooSkewed"],
  [404, "NoSuchBucket"],
  [408, "RequestTimeout"],
  [409, "ConditionalRequestConflict"],
  [411, "MissingContentLength"],
  [412, "PreconditionFailed"],
  [429, "TooManyRequests"],
  [500, "InternalError"],
  [501, "NotImplemented"],
  [502, "BadGateway"],
  [503, "SlowDown"],
  [504, "GatewayTimeout"],
];

/** The faulty run of a seed. */
export function faultyRun(seed: number): FaultyRun {
  const random = seeded(seed * 7919 + 1);
  for (let i = 0; i < 5; i++) random();
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  const store = pick(LYING_STORES);
  const runtime = pick(RUNTIMES);
  const at = Math.floor(random() * 6);
  const isDone = random() < 0.5;
  // One in twelve has to wait 15 s for an answer.
  const kind = pick([
    ...["cut", "cut", "status", "status", "status", "status", "torn", "empty", "empty"] as const,
    ...["page", "slow", "hang"] as const,
  ]);
  const [status, code] = pick(kind === "empty" ? EMPTY_STATUSES : STATUSES);
  // A store that only claims to have written cannot be told from one that has.
  const isClaimed = kind === "slow" || kind === "torn";
  return { store, runtime, at, fault: { kind, isDone: isDone || isClaimed, status, code } };
}

const EMPTY_STATUSES = [[200, ""], [201, ""], [204, ""]] as const;

const MESSAGES = 12;

/** What the script reports, as its messages are read. */
const EXPECTED: readonly string[] = [
  "opened",
  ...Array.from({ length: MESSAGES }, (_, i) => `message ${i}`),
  "report_asset_materialization",
  "report_asset_check",
  "closed",
];

/** Judges a run by what is in the store and how the process ended. */
export function verdict(lines: readonly string[], { code, stderr }: Ended): Verdict {
  const isComplete = JSON.stringify(lines.map(nameOf)) === JSON.stringify(EXPECTED);
  if (code === 0) return isComplete ? "complete" : "silent";
  return /DagsterPipesError|undelivered|Lost/.test(stderr) ? "told" : "silent";
}

function nameOf(line: string): string {
  try {
    const { method, params } = JSON.parse(line);
    if (method === "log") return params.message;
    return method === "closed" && params.exception !== undefined ? "failed" : method;
  } catch {
    return `not a message: ${line.slice(0, 80)}`;
  }
}

/** What is known of a run when it is over. */
export interface FaultyOutcome {
  readonly verdict: Verdict;
  readonly ended: Ended;
  readonly lines: readonly string[];
  readonly requests: readonly string[];
  /** How long the process lived after the last answer of the store, in milliseconds. */
  readonly idleMs: number;
}

/** Runs a script against a store with a fault. */
export async function runWithFault(
  { store, runtime, at, fault }: FaultyRun,
): Promise<FaultyOutcome> {
  const faultOf = ({ index }: { index: number }) => index === at ? fault : undefined;
  await using server = await LyingStore.start("context.json", ONE_ASSET, faultOf);
  const messages = { bucket: "pipes", key_prefix: "run" };
  // Three chunks: one at the opening, one in the middle, and the last one.
  const script = ["bursts", String(MESSAGES / 2), "2.3", String(MESSAGES / 2)];
  const ended = await run(scriptCommand(runtime, [store, "0.1", ...script]), {
    env: {
      ...server.env,
      ...pipesEnv({ bucket: "pipes", key: "context.json" }, messages),
      STORE_TRIES: "1",
    },
    patience: 120_000,
  });
  const lines = server.linesOf("run");
  return {
    verdict: verdict(lines, ended),
    ended,
    lines,
    requests: server.requests,
    idleMs: performance.now() - server.lastAnswerAt,
  };
}

/** Runs those of many seeds, several at a time. Returns how many there were of each verdict. */
export async function runFaults(
  seeds: readonly number[],
  onSilent: (run: FaultyRun, outcome: FaultyOutcome) => void,
): Promise<Record<Verdict, number>> {
  const counts = { complete: 0, told: 0, silent: 0 };
  const left = [...seeds];
  const work = async (): Promise<void> => {
    for (let seed = left.shift(); seed !== undefined; seed = left.shift()) {
      const faulty = faultyRun(seed);
      const outcome = await runWithFault(faulty);
      counts[outcome.verdict]++;
      if (outcome.verdict === "silent") onSilent(faulty, outcome);
    }
  };
  // Most of a run is waiting.
  await Promise.all(Array.from({ length: 8 }, work));
  return counts;
}

/** What is needed to find the cause of a silent loss. */
export function describeSilent(run: FaultyRun, { ended, lines, requests }: FaultyOutcome): string {
  const { code, signal, stderr } = ended;
  return `${JSON.stringify(run)}\nexit code ${code}, signal ${signal}, ${lines.length} messages\n` +
    `${requests.join("\n")}\n${stderr}`;
}
