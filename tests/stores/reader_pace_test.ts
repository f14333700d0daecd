import { assert, assertEquals } from "@std/assert";
import { seeded } from "./bad_weather.ts";
import { type PutChunk, readChunks } from "./dagster_reader.ts";
import { type FakeChannel, fakeChannel } from "./fake_store.ts";

type Script = (fake: FakeChannel) => Promise<void>;

/** Writes so many messages a second. */
function stream(rate: number, seconds: number): Script {
  return async ({ write, clock }) => {
    for (let tenth = 0; tenth < seconds * 10; tenth++) {
      write(rate / 10);
      await clock.pass(100);
    }
  };
}

/** Scripts, and the slowest Dagster that can take all they report in time, in ms for a message. */
const SCRIPTS: Readonly<Record<string, readonly [script: Script, messageMs: number]>> = {
  "a minute of 10 messages a second": [stream(10, 60), 60],
  "a minute of 30 messages a second": [stream(30, 60), 60],
  "a minute of 60 messages a second": [stream(60, 60), 30],
  "an hour of 30 messages a second": [stream(30, 3600), 20],
  "ten minutes of 60 messages a second": [stream(60, 600), 12],
  "two minutes of 100 messages a second": [stream(100, 120), 12],
  "a burst of 1,500": [({ write }) => Promise.resolve(write(1500)), 60],
  "a burst of 3,000": [({ write }) => Promise.resolve(write(3000)), 30],
  "3,000, a pause of 3 s, and 1,000": [async ({ write, clock }) => {
    write(3000);
    await clock.pass(3000);
    write(1000);
  }, 20],
  "10,000, a pause of 10 s, and 1,000": [async ({ write, clock }) => {
    write(10_000);
    await clock.pass(10_000);
    write(1000);
  }, 10],
  "3,000 every 40 s": [async ({ write, clock }) => {
    for (let round = 0; round < 10; round++) {
      write(3000);
      await clock.pass(40_000);
    }
  }, 12],
};

/** How long Dagster may take for a message, in milliseconds. */
const MESSAGE_MS = [0.5, 1, 3, 6, 10, 12, 15, 20, 25, 30, 40, 50, 60];

/** When Dagster's reader may have begun to look for chunks, in milliseconds. */
const STARTS = Array.from({ length: 40 }, (_, i) => -370 * i);

function chunksOf({ store }: FakeChannel): PutChunk[] {
  return [...store.chunks].map(([index, { at }]) => ({ at, messages: store.lines(index).length }));
}

/** Fails if there is a reader that loses messages and leaves the step green. */
function assertNotLost(fake: FakeChannel, intervalSeconds: number, completeUpTo: number): void {
  const chunks = chunksOf(fake);
  const end = fake.clock.now() + 50;
  for (const messageMs of MESSAGE_MS) {
    for (const start of STARTS) {
      const outcome = readChunks(chunks, { intervalSeconds, messageMs, start, end });
      const about = `interval ${intervalSeconds}, ${messageMs} ms, start ${start}`;
      assert(outcome !== "lost", about);
      if (messageMs <= completeUpTo) assertEquals(outcome, "complete", about);
    }
  }
}

for (const [name, [script, messageMs]] of Object.entries(SCRIPTS)) {
  Deno.test(`${name}: Dagster's reader reads all at up to ${messageMs} ms a message, and loses nothing in silence at up to 60 ms`, async () => {
    for (const intervalSeconds of [1, 10]) {
      const fake = await fakeChannel({ intervalSeconds });
      await script(fake);
      await fake.clock.until(fake.channel.close());
      assertNotLost(fake, intervalSeconds, messageMs);
    }
  });
}

Deno.test("whatever a script reports and however slow the store is, a close that succeeds loses nothing in silence", async () => {
  let closed = 0;
  for (let seed = 0; seed < 60; seed++) {
    const random = seeded(seed);
    const intervalSeconds = random() < 0.5 ? 1 : 10;
    const maxChunkBytes = random() < 0.3 ? 20_000 : Infinity;
    const fake = await fakeChannel({ intervalSeconds, maxChunkBytes });
    fake.store.before = () => {
      if (random() < 0.2) throw new Error("it fails");
    };
    const rounds = random() * 40;
    for (let round = 0; round < rounds; round++) {
      fake.write(Math.floor(random() ** 4 * 5000));
      await fake.clock.pass(random() * 30_000);
    }
    const closing = fake.channel.close().then(() => true, () => false);
    await fake.clock.until(closing);
    if (!await closing) continue;
    closed++;
    assertNotLost(fake, intervalSeconds, 0);
  }
  assert(closed > 30, `only ${closed} sessions closed`);
});

Deno.test("a writer that sends all there is every ten seconds loses its end in silence", () => {
  const chunks = Array.from({ length: 150 }, (_, i) => ({ at: i * 10_000, messages: 10 }));
  const settings = { intervalSeconds: 10, messageMs: 6, start: 0, end: 1_500_000 };
  assertEquals(readChunks(chunks, settings), "lost");
});
