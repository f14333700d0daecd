import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { openDagsterPipes, type PipesOptions } from "@dagsterpipes/pipes";
import { sessionTest } from "../kit/failing_session.ts";
import { memorySession } from "../kit/memory_session.ts";

/** A session whose first message is delivered when a test says so, and what happens meanwhile. */
function slowSession(loadContext: () => Promise<string>) {
  const session = memorySession();
  const happened: string[] = [];
  const delivery = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const options: PipesOptions = {
    ...session.options,
    messageWriter: {
      async open(params) {
        const channel = await session.options.messageWriter!.open(params);
        return {
          writeMessage(line) {
            happened.push(JSON.parse(line).method);
            channel.writeMessage(line);
          },
          flush: () => delivery.promise,
          close: () => channel.close(),
        };
      },
    },
    contextLoader: {
      loadContext() {
        happened.push("context");
        asked.resolve();
        return loadContext();
      },
    },
  };
  return { session, options, happened, delivery, asked: asked.promise };
}

sessionTest("the context is loaded while the first message is on its way", async () => {
  const { options, happened, delivery, asked } = slowSession(() =>
    Promise.resolve('{"run_id": "7f3c"}')
  );
  const opening = openDagsterPipes(options);
  await asked;
  assertEquals(happened, ["opened", "context"]);
  delivery.resolve();
  const pipes = await opening;
  assertEquals(pipes.runId, "7f3c");
  await pipes.close();
  assertEquals(happened, ["opened", "context", "closed"]);
});

sessionTest(
  "where the context cannot be loaded, that is told behind the first message",
  async () => {
    const failure = new RangeError("no context");
    const { options, delivery, session, asked } = slowSession(() => Promise.reject(failure));
    const rejected = assertRejects(() => openDagsterPipes(options));
    await asked;
    assertEquals(session.messages().map(({ method }) => method), ["opened"]);
    delivery.resolve();
    assertStrictEquals(await rejected, failure);
    const { method, params } = session.messages().at(-1)!;
    assertEquals([method, (params.exception as { name: string }).name], ["closed", "RangeError"]);
  },
);

sessionTest(
  "where the first message cannot be delivered, that alone is the error, whatever the context",
  async () => {
    const { options, happened, delivery, session, asked } = slowSession(() =>
      Promise.reject(new RangeError("no context"))
    );
    const failure = new TypeError("no store");
    const rejected = assertRejects(() => openDagsterPipes(options));
    await asked;
    delivery.reject(failure);
    assertStrictEquals(await rejected, failure);
    assertEquals(happened, ["opened", "context"]);
    assertEquals(session.counts, { opened: 1, closed: 1 });
  },
);
