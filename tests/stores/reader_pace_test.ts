import { assertEquals } from "@std/assert";
import { chunksRead } from "./dagster_reader.ts";
import { type FakeChannel, fakeChannel } from "./fake_store.ts";

/** Writes so many messages a second. */
function stream(rate: number, seconds: number): (fake: FakeChannel) => Promise<void> {
  return async ({ write, clock }) => {
    for (let tenth = 0; tenth < seconds * 10; tenth++) {
      write(rate / 10);
      await clock.pass(100);
    }
  };
}

const SCRIPTS: Readonly<Record<string, (fake: FakeChannel) => Promise<void>>> = {
  "a minute of 10 messages a second": stream(10, 60),
  "a minute of 60 messages a second": stream(60, 60),
  "an hour of 30 messages a second": stream(30, 3600),
  "ten minutes of 60 messages a second": stream(60, 600),
  "two minutes of 100 messages a second": stream(100, 120),
  "a burst of 3,000": ({ write }) => Promise.resolve(write(3000)),
  "3,000, a pause of 3 s, and 1,000": async ({ write, clock }) => {
    write(3000);
    await clock.pass(3000);
    write(1000);
  },
  "10,000, a pause of 10 s, and 1,000": async ({ write, clock }) => {
    write(10_000);
    await clock.pass(10_000);
    write(1000);
  },
  "3,000 every 40 s": async ({ write, clock }) => {
    for (let round = 0; round < 10; round++) {
      write(3000);
      await clock.pass(40_000);
    }
  },
};

for (const [name, script] of Object.entries(SCRIPTS)) {
  Deno.test(`${name}: Dagster's reader reads all, whenever it began, at 1 to 12 ms a message`, async () => {
    for (const intervalSeconds of [1, 10]) {
      const fake = await fakeChannel({ intervalSeconds });
      await script(fake);
      await fake.clock.until(fake.channel.close());
      const chunks = [...fake.store.chunks.entries()].map(([index, { at }]) => ({
        at,
        messages: fake.store.lines(index).length,
      }));
      const end = fake.clock.now() + 50;
      for (const handling of [1, 6, 10, 12]) {
        for (let start = -15_000; start <= 0; start += 370) {
          const read = chunksRead(chunks, { intervalSeconds, handling, start, end });
          assertEquals(
            read,
            chunks.length,
            `interval ${intervalSeconds}, ${handling} ms, ${start}`,
          );
        }
      }
    }
  });
}

Deno.test("a writer that sends all there is every ten seconds loses its end", () => {
  const chunks = Array.from({ length: 150 }, (_, i) => ({ at: i * 10_000, messages: 10 }));
  const settings = { intervalSeconds: 10, handling: 6, start: 0, end: 1_500_000 };
  assertEquals(chunksRead(chunks, settings) < chunks.length, true);
});
