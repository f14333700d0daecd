import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { BadWeather, type Fate, type Forecast, PASS, seeded } from "../stores/bad_weather.ts";
import { RealStores } from "../stores/real_stores.ts";

const BY_HTTP = [
  { store: "s3", url: "s3", runtime: "deno" },
  { store: "gcs", url: "gcs", runtime: "bun" },
  { store: "azure", url: "azure", runtime: "node26" },
] as const;

const CUT: Fate = { kind: "cut", when: "before" };

/** Does something to what writes; reading always works. */
function toWrites(fate: () => Fate): Forecast {
  return (method) => method === "GET" || method === "HEAD" ? PASS : fate();
}

/** Cuts all off for some time, in seconds since the first request. */
function down(from: number, to: number): Forecast {
  let start: number | undefined;
  return () => {
    start ??= Date.now();
    const seconds = (Date.now() - start) / 1000;
    return seconds >= from && seconds < to ? CUT : PASS;
  };
}

/** Each delays only so often, lest the run take minutes. */
function slow(delay: number, times: number): Forecast {
  let left = times;
  return toWrites(() => left-- > 0 ? { kind: "pass", delay } : PASS);
}

const SCRIPT = ["bursts", "300", "4", "300", "4", "300"];

const WEATHER: Readonly<Record<string, () => Forecast>> = {
  "nine of ten writes are throttled": () => {
    const random = seeded(11);
    return toWrites(() =>
      random() < 0.9 ? { kind: "answer", status: 503, code: "SlowDown" } : PASS
    );
  },
  "each write takes 5 s": () => slow(5000, 100),
  "the first writes take 20 s, and their answers come too late": () => slow(20_000, 2),
  "the server is down at the start, and back after 8 s": () => down(0, 8),
  "the server is down in the middle, and back after 8 s": () => down(1, 9),
  "the server is down at the close, and back after 10 s": () => down(7, 17),
};

for (const [name, forecast] of Object.entries(WEATHER)) {
  Deno.test(`${name}: all arrives through each store`, async (t) => {
    await using stores = await RealStores.start();
    await Promise.all(BY_HTTP.map(({ store, url, runtime }) =>
      t.step({
        name: store,
        fn: async () => {
          await using weather = await BadWeather.start(stores.urls[url], forecast());
          const { success, messages, inOrder, materializations, stderr } = await stores.run({
            store,
            runtime,
            script: SCRIPT,
            urls: { [url]: weather.url },
            env: { STORE_TRIES: "1" },
          });
          assertEquals(
            { success, messages, inOrder, materializations },
            { success: true, messages: 900, inOrder: true, materializations: [{ rows: 900 }] },
            stderr,
          );
        },
        sanitizeOps: false,
        sanitizeResources: false,
        sanitizeExit: false,
      })
    ));
  });
}

Deno.test("a cancel while the server is down ends in 20 s, and tells how many messages are lost", async (t) => {
  await using stores = await RealStores.start();
  await Promise.all(BY_HTTP.map(({ store, url, runtime }) =>
    t.step({
      name: store,
      fn: async () => {
        let isOpen = false;
        const closing = toWrites(() => {
          if (isOpen) return CUT;
          isOpen = true;
          return PASS;
        });
        await using weather = await BadWeather.start(stores.urls[url], closing);
        const { success, code, processSeconds, stderr } = await stores.run({
          store,
          runtime,
          script: ["ready"],
          signal: "SIGTERM",
          urls: { [url]: weather.url },
        });
        assertEquals([success, code], [false, -15], stderr);
        assertStringIncludes(stderr, "4 messages are undelivered");
        assert(processSeconds < 25, `it took ${processSeconds} s`);
      },
      sanitizeOps: false,
      sanitizeResources: false,
      sanitizeExit: false,
    })
  ));
});
