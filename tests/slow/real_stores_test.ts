import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Ended, run } from "../kit/command.ts";
import type { RuntimeName } from "../kit/installed.ts";
import { pipesEnv } from "../kit/params.ts";
import { BadWeather, type Forecast, PASS, stormy } from "../stores/bad_weather.ts";
import { logReaderCases } from "../stores/log_readers.ts";
import {
  RealStores,
  scriptCommand,
  type StoreName,
  type StoreOutcome,
  STORES,
} from "../stores/real_stores.ts";

const RUNTIMES: readonly RuntimeName[] = ["deno", "bun", "node26"];

/** The stores that are reached by HTTP, and a runtime for each. */
const BY_HTTP = [
  { store: "s3", url: "s3", runtime: "deno" },
  { store: "gcs", url: "gcs", runtime: "node26" },
  { store: "azure", url: "azure", runtime: "bun" },
] as const;

type ByHttp = typeof BY_HTTP[number];

Deno.test("stores", async (t) => {
  await using stores = await RealStores.start();
  await Promise.all([
    // Most of their time is waiting.
    reports(stores, t),
    storms(stores, t),
    stdio(stores, t),
    longMessages(stores, t),
    ...logReaderCases(stores).map(([name, fn]) => step(t, name, fn)),
    ...BY_HTTP.map((way) => refusals(stores, way, t)),
  ]);
});

/** Runs steps at the same time. */
function step(t: Deno.TestContext, name: string, fn: () => Promise<void>): Promise<boolean> {
  return t.step({ name, fn, sanitizeOps: false, sanitizeResources: false, sanitizeExit: false });
}

function reports(stores: RealStores, t: Deno.TestContext): Promise<unknown> {
  return Promise.all(
    STORES.flatMap((store) =>
      RUNTIMES.map((runtime) =>
        step(t, `${store}, ${runtime}: all that a script reports is in Dagster`, async () => {
          const extras = { threshold: 3 };
          assertReported(await stores.run({ store, runtime, script: ["report"], extras }));
        })
      )
    ),
  );
}

function assertReported(outcome: StoreOutcome): void {
  const { success, messages, inOrder, logs, materializations, checks, closed, failures } = outcome;
  assertEquals(
    { success, messages, inOrder, logs, materializations, checks, closed, failures },
    {
      success: true,
      messages: 3,
      inOrder: true,
      logs: ["\u00e9 \u{1F600} for orders of run 36", '{"threshold":3}'],
      materializations: [{ rows: 3 }],
      checks: [true],
      closed: true,
      failures: [],
    },
    outcome.stderr,
  );
}

/** The long run of this is among the slow tests. */
function storms(stores: RealStores, t: Deno.TestContext): Promise<unknown> {
  return Promise.all(
    BY_HTTP.map(({ store, url, runtime }) =>
      step(t, `${store}: nothing is lost where a third of the writes fail`, async () => {
        await using weather = await BadWeather.start(stores.urls[url], stormy(0.35, 3));
        const outcome = await stores.run({
          store,
          runtime,
          script: ["bursts", "200", "3.5", "200", "3.5", "200"],
          urls: { [url]: weather.url },
        });
        const { success, messages, inOrder, materializations } = outcome;
        assertEquals(
          { success, messages, inOrder, materializations },
          { success: true, messages: 600, inOrder: true, materializations: [{ rows: 600 }] },
          outcome.stderr,
        );
        assert(weather.struck.length > 0, "no request failed");
      })
    ),
  );
}

function stdio(stores: RealStores, t: Deno.TestContext): Promise<unknown> {
  return step(t, "what a script prints goes to the store where Dagster asks for it", async () => {
    const { notes: _, ...outcome } = await stores.run({
      store: "s3",
      runtime: "deno",
      script: ["report"],
      stdio: true,
      extras: { threshold: 3 },
    });
    assertReported(outcome as StoreOutcome);
    assertEquals(outcome.streams, [["stdout", "printed\n"]]);
  });
}

function longMessages(stores: RealStores, t: Deno.TestContext): Promise<unknown> {
  return Promise.all(
    RUNTIMES.map((runtime) =>
      step(
        t,
        `dbfs, ${runtime}: the reader gets messages near its limit, and the start of an exception beyond it`,
        async () => {
          const outcome = await stores.run({ store: "dbfs", runtime, script: ["long"] });
          const text = "\u6f22".repeat(70_000);
          assertEquals(
            outcome.logs,
            Array.from({ length: 4 }, (_, i) => `${i} ${text}`),
          );
          assertEquals([outcome.closed, outcome.success], [true, false], outcome.stderr);
          assertStringIncludes(outcome.exception?.message ?? "", "RangeError: \u6f22\u6f22\u6f22");
        },
      )
    ),
  );
}

/** Runs the script without Dagster, with what its injector and reader would say. */
async function runWith(
  stores: RealStores,
  { store, url, runtime }: ByHttp,
  params: { readonly context?: unknown; readonly messages: unknown },
  forecast: Forecast = () => PASS,
): Promise<Ended> {
  await using weather = await BadWeather.start(stores.urls[url], forecast);
  return await run(scriptCommand(runtime, [store, "1", "report"]), {
    env: {
      ...stores.scriptEnv({ [url]: weather.url }),
      ...pipesEnv(params.context ?? { bucket: "pipes", key: "none.json" }, params.messages),
    },
  });
}

/** Keeps the condition of a write, which the stand-in for GCS does not know. */
function conditional(): Forecast {
  const written = new Set<string>();
  return (method, path) => {
    if (method !== "POST" || !path.includes("ifGenerationMatch=0")) return PASS;
    if (written.has(path)) return { kind: "answer", status: 412, code: "conditionNotMet" };
    written.add(path);
    return PASS;
  };
}

const newPlace = () => ({ bucket: "pipes", key_prefix: crypto.randomUUID() });

function nameIn(store: StoreName, bucket: string, key: string): RegExp {
  if (store === "azure") return new RegExp(`the blob ${key} of the container ${bucket}`);
  return new RegExp(`${store === "gcs" ? "gs" : "s3"}://${bucket}/${key}`);
}

const RIGHTS: Readonly<Record<string, string>> = {
  "s3": "s3:PutObject",
  "gcs": "storage.objects.create",
  "azure": "Storage Blob Data Contributor",
};

function refusals(stores: RealStores, way: ByHttp, t: Deno.TestContext): Promise<unknown> {
  const { store } = way;
  const cases: Record<string, () => Promise<void>> = {
    async "a bucket that is missing fails the opening at once, by its name"() {
      const place = { bucket: "missing-bucket", key_prefix: "p" };
      let writes = 0;
      const { code, stderr } = await runWith(stores, way, { messages: place }, (method, path) => {
        const isWrite = method === "PUT" || method === "POST";
        if (isWrite && path.includes("missing-bucket")) writes++;
        return PASS;
      });
      assertEquals(code, 1, stderr);
      assertMatch(stderr, nameIn(store, "missing-bucket", "p/1.json"));
      assertStringIncludes(stderr, "Check that it exists");
      assertEquals(writes, 1);
    },
    async "a right that is missing fails the opening, and is named"() {
      const denied: Forecast = () => ({ kind: "answer", status: 403, code: "AccessDenied" });
      const { code, stderr } = await runWith(stores, way, { messages: newPlace() }, denied);
      assertEquals(code, 1, stderr);
      assertMatch(stderr, nameIn(store, "pipes", ".*/1.json"));
      assertStringIncludes(stderr, RIGHTS[store]!);
    },
    async "a context that is missing is an error that names it, and Dagster is told"() {
      const context = { bucket: "pipes", key: "no/context.json" };
      const { code, stderr } = await runWith(stores, way, { context, messages: newPlace() });
      assertEquals(code, 1, stderr);
      assertStringIncludes(stderr, "Cannot read the context at");
      assertMatch(stderr, nameIn(store, "pipes", "no/context.json"));
    },
    async "params of another reader are refused"() {
      const { code, stderr } = await runWith(stores, way, { messages: { path: "/tmp/x" } });
      assertEquals(code, 1, stderr);
      assertStringIncludes(stderr, 'must hold a "bucket", but has the keys path');
    },
    async "a prefix that was used before is refused"() {
      const messages = newPlace();
      const forecast = store === "gcs" ? conditional() : undefined;
      await runWith(stores, way, { messages }, forecast);
      const { code, stderr } = await runWith(stores, way, { messages }, forecast);
      assertEquals(code, 1, stderr);
      assertStringIncludes(stderr, "another session has written there");
      assertMatch(stderr, nameIn(store, "pipes", ".*/[12].json"));
    },
    async "a cut after the first write is not taken for a prefix used before"() {
      let isCut = false;
      const cut: Forecast = (method) => {
        if (isCut || method === "GET" || method === "HEAD") return PASS;
        isCut = true;
        return { kind: "cut", when: "after" };
      };
      const { stderr } = await runWith(stores, way, { messages: newPlace() }, cut);
      assert(isCut);
      assertStringIncludes(stderr, "Cannot read the context at");
    },
  };
  return Promise.all(
    Object.entries(cases).map(([name, fn]) => step(t, `${store}: ${name}`, fn)),
  );
}
