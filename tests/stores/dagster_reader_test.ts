/**
 * Holds the pace of chunks against the loop of Dagster's own reader, at a time of its own.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { runWell } from "../kit/command.ts";
import { dagsterPython } from "../kit/installed.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { seeded } from "./bad_weather.ts";
import {
  type PutChunk,
  readChunks,
  type ReaderOutcome,
  type ReaderSettings,
} from "./dagster_reader.ts";
import { type FakeChannel, fakeChannel } from "./fake_store.ts";

/** Chunks that a reader looks for, and how it is set up. */
interface ReaderCase extends ReaderSettings {
  readonly chunks: readonly PutChunk[];
}

async function outcomesOf(cases: readonly ReaderCase[]): Promise<ReaderOutcome[]> {
  const command = [dagsterPython(), `${REPO_ROOT}/tests/stores/python/paced_reader.py`];
  return JSON.parse(await runWell(command, { stdin: JSON.stringify(cases) }));
}

/** When the reader may have begun, before the process did. */
const STARTS: readonly number[] = [0, -1300, -4700, -9100, -11_900];

/** What scripts report, in bursts with pauses of some seconds between them. */
const SCRIPTS: Readonly<Record<string, readonly number[]>> = {
  "1,500 at once": [1500],
  "12,000 at once": [12_000],
  "1,500, a pause of 5 s, 100": [1500, 5, 100],
  "1,500 over a minute": Array.from({ length: 60 }, () => [25, 1]).flat(),
  "12,000 over two minutes": Array.from({ length: 120 }, () => [100, 1]).flat(),
  "12,000 over ten minutes": Array.from({ length: 600 }, () => [20, 1]).flat(),
  "12,000, a pause of 30 s, 500": [12_000, 30, 500],
};

async function play({ write, clock }: FakeChannel, script: readonly number[]): Promise<void> {
  for (const [i, number] of script.entries()) {
    if (i % 2 === 0) write(number);
    else await clock.pass(number * 1000);
  }
}

/** The cases of a script whose close succeeded, or none if it failed: then the process fails too. */
async function casesOf(
  script: readonly number[],
  intervalSeconds: number,
  messageMs: number,
): Promise<ReaderCase[]> {
  const fake = await fakeChannel({ intervalSeconds });
  await play(fake, script);
  const closing = fake.channel.close().then(() => true, () => false);
  await fake.clock.until(closing);
  if (!await closing) return [];
  const chunks = [...fake.store.chunks].map(([index, { at }]) => ({
    at,
    messages: fake.store.lines(index).length,
  }));
  const end = fake.clock.now() + 50;
  return STARTS.map((start) => ({ chunks, intervalSeconds, messageMs, start, end }));
}

Deno.test("Dagster's own reader loses nothing in silence at 40 and 60 ms a message", async () => {
  const cases: ReaderCase[] = [];
  const names: string[] = [];
  for (const [name, script] of Object.entries(SCRIPTS)) {
    for (const intervalSeconds of [1, 10]) {
      for (const messageMs of [40, 60]) {
        const own = await casesOf(script, intervalSeconds, messageMs);
        cases.push(...own);
        names.push(
          ...own.map(({ start }) =>
            `${name}, interval ${intervalSeconds} s, ${messageMs} ms a message, started at ${start} ms`
          ),
        );
      }
    }
  }
  const outcomes = await outcomesOf(cases);
  assertEquals(names.filter((_, i) => outcomes[i] === "lost"), []);
  // What a reader of 60 ms can read within the 120 s that Dagster gives it is read.
  const isFew = (name: string): boolean => /^1,500( at once|,)/.test(name);
  assertEquals(names.filter((name, i) => isFew(name) && outcomes[i] !== "complete"), []);
  assert(names.filter(isFew).length >= 2 * 2 * 2 * STARTS.length);
  // Both outcomes occur, so that the reader was not merely fast.
  assert(outcomes.includes("failed") && outcomes.includes("complete"));
});

Deno.test("the reader of the other tests does what Dagster's own does", async () => {
  const random = seeded(5);
  const cases = Array.from({ length: 400 }, (): ReaderCase => {
    let at = 0;
    const chunks = Array.from({ length: 1 + Math.floor(random() * 12) }, () => {
      at += Math.floor(random() * 14_000);
      return { at, messages: 1 + Math.floor(random() ** 3 * 3000) };
    });
    return {
      chunks,
      intervalSeconds: random() < 0.5 ? 1 : 10,
      messageMs: random() * 60,
      start: -Math.floor(random() * 12_000),
      end: at + Math.floor(random() * 20_000),
    };
  });
  const outcomes = await outcomesOf(cases);
  assertEquals(outcomes, cases.map((settings) => readChunks(settings.chunks, settings)));
  assertEquals(new Set(outcomes), new Set<ReaderOutcome>(["complete", "failed", "lost"]));
});
