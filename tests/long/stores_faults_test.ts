import { assert, assertEquals } from "@std/assert";
import { storesPython } from "../kit/installed.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { BadWeather, stormy } from "../stores/bad_weather.ts";
import { RealStores, type StoreOutcome } from "../stores/real_stores.ts";

/** Where a third of the writes fail, cut connections included. */
const SHARE = 0.3;

/** 20,000 messages in three minutes: as many as Dagster's reader is relied on to take. */
const SCRIPT = ["bursts", ...Array.from({ length: 20 }, () => ["1000", "9"]).flat().slice(0, -1)];

const PYTHONS = `${REPO_ROOT}/tests/stores/python/writer.py`;

const BY_HTTP = [
  { store: "s3", url: "s3", runtime: "deno" },
  { store: "gcs", url: "gcs", runtime: "node26" },
  { store: "azure", url: "azure", runtime: "bun" },
] as const;

Deno.test("where a third of the writes fail, 20,000 messages arrive once and in order", async (t) => {
  await using stores = await RealStores.start();
  const told: string[] = [];
  await Promise.all(BY_HTTP.map(async ({ store, url, runtime }) => {
    const ours = step(t, store, async () => {
      await using weather = await BadWeather.start(stores.urls[url], stormy(SHARE, 7));
      const outcome = await stores.run({
        store,
        runtime,
        script: SCRIPT,
        urls: { [url]: weather.url },
      });
      told.push(line(`ours, ${store}`, outcome, weather));
      const { success, messages, inOrder, materializations, closed } = outcome;
      assertEquals(
        { success, messages, inOrder, materializations, closed },
        {
          success: true,
          messages: 20_000,
          inOrder: true,
          materializations: [{ rows: 20_000 }],
          closed: true,
        },
        outcome.stderr,
      );
    });
    const pythons = step(t, `Python's writer, ${store}: what it loses is no failure`, async () => {
      await using weather = await BadWeather.start(stores.urls[url], stormy(SHARE, 7));
      const outcome = await stores.run({
        store,
        runtime,
        script: [],
        command: [storesPython(), PYTHONS, store, "1", ...SCRIPT],
        urls: { [url]: weather.url },
      });
      told.push(line(`Python's, ${store}`, outcome, weather));
      // Shown beside ours; a version that loses nothing is no fault of this test.
      assert(outcome.inOrder);
    });
    await Promise.all([ours, pythons]);
  }));
  console.log(told.join("\n"));
});

function step(t: Deno.TestContext, name: string, fn: () => Promise<void>): Promise<boolean> {
  return t.step({ name, fn, sanitizeOps: false, sanitizeResources: false, sanitizeExit: false });
}

function line(name: string, outcome: StoreOutcome, weather: BadWeather): string {
  const { messages, closed, success, processSeconds } = outcome;
  return `${name}: ${messages} of 20,000 messages, ${closed ? "closed" : "not closed"}, ` +
    `${success ? "green" : "red"}; ${weather.struck.length} of ${weather.count} requests failed, ` +
    `${processSeconds} s`;
}
