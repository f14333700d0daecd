import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { DagsterPipesError } from "@dagsterpipes/pipes";
import { closedLine } from "../../src/protocol/reports.ts";
import { answer, type FakeChannel, fakeChannel } from "./fake_store.ts";

/** When each chunk was there, in seconds. */
function times({ store }: FakeChannel): number[] {
  return [...store.chunks.values()].map(({ at }) => Math.round(at / 100) / 10);
}

async function refusal(promise: Promise<unknown>, fake: FakeChannel): Promise<DagsterPipesError> {
  const error = assertRejects(() => promise, DagsterPipesError);
  await fake.clock.until(promise);
  return await error;
}

Deno.test("the first message is in the store when the session is open", async () => {
  const fake = await fakeChannel();
  assertEquals(fake.store.allLines(), ['{"n":0}']);
  assertEquals(fake.channel.unsentMessages, 0);
});

Deno.test("later chunks keep step with a reader that takes one in interval + 1 s", async () => {
  const fake = await fakeChannel();
  for (let second = 0; second < 60; second++) {
    fake.write(1);
    await fake.clock.pass(1000);
  }
  assertEquals(times(fake), [0, 12, 24, 36, 48, 60]);
  await fake.clock.until(fake.channel.close());
  assertEquals(fake.store.allLines(), fake.written);
});

Deno.test("no chunk is empty, and a silent session keeps no timer", async () => {
  const fake = await fakeChannel();
  await fake.clock.pass(120_000);
  assertEquals(fake.clock.timers, 0);
  await fake.clock.until(fake.channel.close());
  assertEquals(fake.store.chunks.size, 1);
});

Deno.test("waiting messages do not keep a finished process alive", async () => {
  const fake = await fakeChannel();
  fake.write(10);
  assertEquals(fake.clock.keptAlive, 0);
  assertEquals(fake.channel.unsentMessages, 10);
});

Deno.test("at the close one chunk holds all the rest, at once", async () => {
  const fake = await fakeChannel();
  fake.write(3000);
  const took = await fake.clock.until(fake.channel.close());
  assertEquals(took, 0);
  assertEquals(fake.store.chunks.size, 2);
  assertEquals(fake.store.allLines(), fake.written);
});

Deno.test("a chunk that may be unread when the process ends holds at most 150 messages", async () => {
  const fake = await fakeChannel();
  fake.write(1900);
  await fake.clock.pass(12_000);
  assertEquals(fake.store.lines(2).length, 150);
  assertEquals(await fake.clock.until(fake.channel.close()), 0);
  assertEquals(fake.store.allLines(), fake.written);
});

Deno.test("behind a larger chunk the close waits until the reader has begun it, and says so", async () => {
  const fake = await fakeChannel();
  fake.write(5000);
  await fake.clock.pass(12_000);
  assertEquals(fake.store.lines(2).length, 5000);
  fake.write(1);
  // The reader may look for the chunk 12 s later.
  assertEquals(await fake.clock.until(fake.channel.close()), 12_000);
  assertStringIncludes(
    fake.notices.join("\n"),
    "Waiting 12 s, so that Dagster's message reader, which is behind",
  );
  assertEquals(fake.store.allLines(), fake.written);
});

Deno.test("a large chunk follows another one only when the reader is through with that", async () => {
  const fake = await fakeChannel();
  for (let second = 0; second < 300; second++) {
    fake.write(60);
    await fake.clock.pass(1000);
  }
  const chunks = [...fake.store.chunks.values()]
    .map(({ text, at }) => ({ at, messages: text.split("\n").length }))
    .filter(({ messages }) => messages > 150);
  for (const [i, { at, messages }] of chunks.slice(1).entries()) {
    // One that takes longer for the messages of this one fails the step: nothing is lost in silence.
    const messageMs = Math.min(60, 120_000 / messages);
    const before = chunks[i]!;
    assert(at - before.at >= before.messages * messageMs, `chunk ${i} at ${at} ms`);
  }
  assert(chunks.length >= 3, `${chunks.length} large chunks`);
});

Deno.test("a steady stream is sent while the process runs, not at its end", async () => {
  const fake = await fakeChannel({ intervalSeconds: 1 });
  let most = 0;
  for (let second = 0; second < 1200; second++) {
    fake.write(60);
    await fake.clock.pass(1000);
    most = Math.max(most, fake.channel.unsentMessages);
  }
  // As many come while a slow reader is busy for as long as Dagster waits at the end.
  assert(most <= 60 * 155, `${most} are kept back`);
});

Deno.test("what Dagster cannot take is an error that says so, though all is in the store", async () => {
  const fake = await fakeChannel({ intervalSeconds: 1 });
  for (let second = 0; second < 60; second++) {
    fake.write(5000, "x".repeat(1000));
    await fake.clock.pass(1000);
  }
  const error = await refusal(fake.channel.close(), fake);
  assertEquals(error.code, "messages_undelivered");
  assertStringIncludes(error.message, "Dagster takes 100 to 1,000 messages a second");
  assertEquals(fake.store.allLines(), fake.written);
});

Deno.test("messages that take much memory are sent though the reader may be behind", async () => {
  const fake = await fakeChannel({ intervalSeconds: 1 });
  let most = 0;
  for (let second = 0; second < 60; second++) {
    fake.write(1000, "x".repeat(2000));
    await fake.clock.pass(1000);
    most = Math.max(most, fake.channel.unsentMessages);
  }
  assert(most <= 14_000, `${most} are kept back`);
});

Deno.test("more than 10,000 messages in the last chunk are warned of", async () => {
  const fake = await fakeChannel();
  fake.write(10_001);
  await fake.clock.until(fake.channel.close());
  assertStringIncludes(fake.notices.join("\n"), "10001 messages are left for the end");
});

Deno.test("a failed attempt is tried again with the same bytes, and nothing overtakes it", async () => {
  const fake = await fakeChannel();
  fake.store.before = (index, attempt) => {
    if (index === 2 && attempt < 5) throw answer(503, "SlowDown");
  };
  fake.write(3);
  await fake.clock.pass(12_000);
  fake.write(3);
  await fake.clock.pass(60_000);
  const second = fake.store.requests.filter(({ index }) => index === 2);
  assertEquals(second.length, 5);
  assertEquals(new Set(second.map(({ text }) => text)).size, 1);
  assertEquals(fake.store.mostUnderWay, 1);
  const waits = second.slice(1).map(({ at }, i) => at - second[i]!.at);
  for (const [i, wait] of waits.entries()) {
    assert(wait >= 250 * 2 ** i && wait <= 500 * 2 ** i, `wait ${i} is ${wait} ms`);
  }
  assertEquals(fake.store.lines(2).length, 3);
  await fake.clock.until(fake.channel.close());
  assertEquals(fake.store.allLines(), fake.written);
});

Deno.test("retries are told at the first, and then ever more rarely", async () => {
  const fake = await fakeChannel();
  fake.store.before = (index, attempt) => {
    if (index === 2 && attempt <= 40) throw answer(503, "SlowDown");
  };
  fake.write(1);
  await fake.clock.pass(600_000);
  const told = fake.notices.map((line) => /attempt (\d+) failed/.exec(line)?.[1]);
  assertEquals(told, ["1", "2", "3", "4", "8", "16", "32", undefined]);
  assertStringIncludes(fake.notices[0]!, "cannot write fake://bucket/2.json");
  assertStringIncludes(fake.notices[0]!, "SlowDown");
  assertStringIncludes(fake.notices.at(-1)!, "41 attempts were needed");
});

Deno.test("an attempt without an answer ends after 15 s", async () => {
  const fake = await fakeChannel();
  fake.store.before = (index, attempt) => {
    return index === 2 && attempt === 1 ? new Promise<void>(() => {}) : undefined;
  };
  fake.write(1);
  await fake.clock.pass(60_000);
  const [first, second] = fake.store.requests.filter(({ index }) => index === 2);
  assert(second!.at - first!.at >= 15_250 && second!.at - first!.at <= 15_500);
  assertStringIncludes(fake.notices[0]!, "no answer came within 15 s");
});

Deno.test("at the close a waiting retry goes at once, and no wait is longer than a second", async () => {
  const fake = await fakeChannel();
  let isDown = true;
  fake.store.before = () => {
    if (isDown) throw answer(503);
  };
  fake.write(5);
  await fake.clock.pass(100_000);
  const before = fake.store.requests.length;
  const closing = fake.channel.close();
  await fake.clock.pass(0);
  assertEquals(fake.store.requests.length, before + 1);
  await fake.clock.pass(5000);
  assert(fake.store.requests.length >= before + 5);
  isDown = false;
  await fake.clock.until(closing);
  assertEquals(fake.store.allLines(), fake.written);
});

Deno.test("a store that is down at the close is given 60 s, and what is lost is counted", async () => {
  const fake = await fakeChannel();
  fake.store.before = () => {
    throw answer(503, "ServiceUnavailable");
  };
  fake.write(7);
  const start = fake.clock.now();
  const error = await refusal(fake.channel.close(), fake);
  assertEquals(fake.clock.now() - start, 60_000);
  assertEquals(error.code, "messages_undelivered");
  assertStringIncludes(
    error.message,
    "7 messages are undelivered. Cannot write fake://bucket/2.json",
  );
  assertStringIncludes(error.message, "ServiceUnavailable");
  assertEquals(fake.clock.timers, 0);
});

Deno.test("the session's own deadline counts where it gives one", async () => {
  const fake = await fakeChannel();
  fake.store.before = () => new Promise<void>(() => {});
  fake.write(7);
  const controller = new AbortController();
  fake.clock.after(18_000, () => controller.abort(), true);
  const start = fake.clock.now();
  const error = await refusal(fake.channel.close(controller.signal), fake);
  assertEquals(fake.clock.now() - start, 18_000);
  assertEquals(error.code, "messages_undelivered");
  // The process may be gone before anybody sees the error.
  assertStringIncludes(fake.notices.at(-1)!, "7 messages are undelivered");
});

Deno.test("where the session can wait no longer, the last chunk is in the store all the same", async () => {
  const fake = await fakeChannel();
  fake.write(5000);
  await fake.clock.pass(12_000);
  fake.write(1);
  const controller = new AbortController();
  fake.clock.after(3000, () => controller.abort(), true);
  const error = await refusal(fake.channel.close(controller.signal), fake);
  assertEquals(error.code, "messages_undelivered");
  assertEquals(fake.store.allLines(), fake.written);
});

Deno.test("where the session cannot wait at all, what is lost is counted at once", async () => {
  const fake = await fakeChannel();
  fake.write(5);
  const error = await refusal(fake.channel.close(AbortSignal.abort()), fake);
  assertStringIncludes(error.message, "5 messages are undelivered");
  assertEquals(fake.channel.unsentMessages, 5);
});

/** Errors as the stores and their clients word them, and what is said of each. */
const CAUSES: readonly (readonly [error: Error, advice: string])[] = [
  [answer(404, "NoSuchBucket"), "Check that it exists"],
  [answer(403, "AccessDenied"), "needs the right store:Put"],
  [answer(401, "Unauthorized"), "The credentials were not accepted"],
  [answer(400, "ExpiredToken"), "Renew the credentials"],
  [answer(403, "RequestTimeTooSkewed"), "Set the clock"],
  [answer(403, "SignatureDoesNotMatch"), "The credentials were not accepted"],
  [answer(403, "AuthenticationFailed"), "The credentials were not accepted"],
  [answer(301, "PermanentRedirect"), "check the region"],
  [new Error("Region is missing"), "AWS_REGION"],
  [new Error("Could not load credentials from any providers"), "Configure credentials"],
  [
    new Error("Token is expired. To refresh this SSO session run 'aws sso login'"),
    "Renew the credentials",
  ],
  [
    Object.assign(new Error("self-signed certificate"), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" }),
    "NODE_EXTRA_CA_CERTS",
  ],
  [
    Object.assign(new Error("unable to verify the first certificate"), {
      code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    }),
    "NODE_EXTRA_CA_CERTS",
  ],
];

for (const [cause, advice] of CAUSES) {
  const name = cause.name === "Error" ? cause.message : cause.name;
  Deno.test(`"${name}" fails the opening at once, and says the place and what to do`, async () => {
    const fake = await fakeChannel({ isOpened: false });
    fake.store.before = () => {
      throw cause;
    };
    fake.write(1);
    const error = await refusal(fake.channel.flush(), fake);
    assertEquals(fake.clock.now(), 0);
    assertEquals(error.code, "messages_unavailable");
    assertStringIncludes(error.message, "Cannot write fake://bucket/1.json");
    assertStringIncludes(error.message, name);
    assertStringIncludes(error.message, advice);
    // One cause is named, and no other.
    const others = CAUSES.map(([, other]) => other).filter((other) => other !== advice);
    assertEquals(others.filter((other) => error.message.includes(other)), []);
    assertEquals(error.cause, cause);
    await fake.channel.close();
    assertEquals(fake.store.requests.length, 1);
  });
}

Deno.test("a name of an object is not taken for the cause of an error", async () => {
  const fake = await fakeChannel({ isOpened: false });
  fake.store.before = (_, attempt) => {
    if (attempt > 1) return;
    throw new Error("request to https://host/credential/certificate failed, reason: ECONNRESET");
  };
  fake.write(1);
  await fake.clock.until(fake.channel.flush());
  assertEquals(fake.store.requests.length, 2);
});

for (
  const [code, advice] of [
    ["ENOENT", "Check that its folder exists"],
    ["EROFS", "read-only"],
    ["ENOSPC", "Free space"],
  ] as const
) {
  Deno.test(`a folder with ${code} fails the opening at once, and later is tried again`, async () => {
    const refuse = (): never => {
      throw Object.assign(new Error(`${code}: it cannot be written`), { code });
    };
    const fake = await fakeChannel({ isOpened: false });
    fake.store.before = refuse;
    fake.write(1);
    const error = await refusal(fake.channel.flush(), fake);
    assertEquals([error.code, fake.clock.now()], ["messages_unavailable", 0]);
    assertStringIncludes(error.message, advice);

    const later = await fakeChannel();
    later.store.before = (_, attempt) => attempt < 5 ? refuse() : undefined;
    later.write(5);
    await later.clock.until(later.channel.close());
    assertEquals(later.store.allLines(), later.written);
  });
}

Deno.test("what a client says is shown in one line, without what may stand in a URL's query", async () => {
  const fake = await fakeChannel({ isOpened: false });
  fake.store.before = () => {
    const text = "request to https://host/pipes/1.json?sig=SECRET failed\nheaders: SECRET";
    throw Object.assign(new Error(text), { statusCode: 403 });
  };
  fake.write(1);
  const { message } = await refusal(fake.channel.flush(), fake);
  assertStringIncludes(message, "request to https://host/pipes/1.json?… failed (403)");
  assertEquals(message.includes("SECRET"), false);
});

Deno.test("a store that is down at the opening is tried again, and given up after 60 s", async () => {
  const fake = await fakeChannel({ isOpened: false });
  fake.store.before = (_, attempt) => {
    if (attempt < 10) throw answer(503);
  };
  fake.write(1);
  await fake.clock.until(fake.channel.flush());
  assertEquals(fake.store.allLines(), fake.written);

  const dead = await fakeChannel({ isOpened: false });
  dead.store.before = () => {
    throw Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  };
  dead.write(1);
  const error = await refusal(dead.channel.flush(), dead);
  assertEquals(dead.clock.now(), 60_000);
  assertStringIncludes(error.message, "ECONNREFUSED");
});

Deno.test("an answer that was lost is not taken for another session's chunk", async () => {
  const fake = await fakeChannel({ isOpened: false });
  fake.store.after = (_, attempt) => {
    if (attempt === 1) throw new Error("socket hang up");
  };
  fake.write(1);
  await fake.clock.until(fake.channel.flush());
  fake.write(2);
  await fake.clock.until(fake.channel.close());
  assertEquals(fake.store.allLines(), fake.written);
});

Deno.test("a prefix that another session used is an error, though it said the same", async () => {
  const other = await fakeChannel();
  const fake = await fakeChannel({ isOpened: false });
  fake.store.chunks.set(1, other.store.chunks.get(1)!);
  fake.write(1);
  const error = await refusal(fake.channel.flush(), fake);
  assertEquals(error.code, "session_already_used");
  assertStringIncludes(error.message, "fake://bucket/1.json: another session has written there");
});

Deno.test("a store that overwrites does not hide that another session has used the prefix", async () => {
  const other = await fakeChannel();
  other.channel.writeMessage(closedLine());
  await other.clock.until(other.channel.close());
  const fake = await fakeChannel({ isOpened: false });
  fake.store.chunks.set(2, other.store.chunks.get(2)!);
  fake.write(1);
  const error = await refusal(fake.channel.flush(), fake);
  assertEquals(error.code, "session_already_used");
  assertStringIncludes(error.message, "fake://bucket/2.json: another session has written there");
});

Deno.test("what is no chunk does not pass for another session's", async () => {
  const fake = await fakeChannel({ isOpened: false });
  fake.store.downloadMessagesChunk = () =>
    Promise.resolve(new TextEncoder().encode("<!doctype html>"));
  fake.write(1);
  await fake.clock.until(fake.channel.flush());
  await fake.clock.until(fake.channel.close());
});

Deno.test("another session's chunk in the middle fails the next report and the close", async () => {
  const fake = await fakeChannel();
  fake.store.chunks.set(2, { text: "other", at: 0 });
  fake.write(1);
  await fake.clock.pass(20_000);
  assertEquals(assertThrows(() => fake.write(1), DagsterPipesError).code, "session_already_used");
  assertEquals((await refusal(fake.channel.close(), fake)).code, "session_already_used");
  assertEquals(fake.store.lines(2), ["other"]);
});

Deno.test("past the limit a report throws and says what Dagster can take; the last message is taken", async () => {
  const fake = await fakeChannel({ maxUnsentBytes: 1000 });
  fake.store.before = () => {
    throw answer(503);
  };
  const error = assertThrows(() => fake.write(1000), DagsterPipesError);
  assertEquals(error.code, "messages_unavailable");
  assertStringIncludes(error.message, "maxUnsentBytes");
  assertStringIncludes(error.message, "Dagster takes 100 to 1,000 messages a second");
  fake.channel.writeMessage(closedLine());
});

Deno.test("where Dagster's reader takes only so many bytes, no chunk is longer, and the process stays for it", async () => {
  const fake = await fakeChannel({ maxChunkBytes: 500_000 });
  fake.write(1200, "x".repeat(1000));
  const took = await fake.clock.until(fake.channel.close());
  // Two chunks are ahead of the last one: the reader has to look, and to read the first of them.
  assert(took >= 12_000 + 400 * 60, `the close took ${took} ms`);
  const sizes = [...fake.store.chunks.values()].map(({ text }) => text.length);
  assert(sizes.every((size) => size <= 500_000), String(sizes));
  assertEquals(fake.store.chunks.size, 4);
  assertEquals(fake.store.allLines(), fake.written);
});

Deno.test("a message that is longer than Dagster's reader takes is refused, by its bytes", async () => {
  const fake = await fakeChannel({ maxChunkBytes: 500_000 });
  for (const text of ["x".repeat(500_000), "\u6f22".repeat(170_000)]) {
    const error = assertThrows(
      () => fake.channel.writeMessage(JSON.stringify(text)),
      DagsterPipesError,
    );
    assertEquals(error.code, "invalid_value");
    assertStringIncludes(error.message, "takes at most 499968 bytes");
  }
  fake.channel.writeMessage(JSON.stringify("\u6f22".repeat(160_000)));
});

Deno.test("an exception that is longer than Dagster's reader takes is cut, and a chunk with it is no longer than any", async () => {
  for (
    const text of ["x".repeat(600_000), "\u6f22".repeat(300_000), '"\\\n\ud800'.repeat(100_000)]
  ) {
    const fake = await fakeChannel({ maxChunkBytes: 500_000 });
    fake.write(450, "x".repeat(1000));
    const exception = { message: text, stack: [], name: "Long", cause: null, context: null };
    fake.channel.writeMessage(closedLine(exception));
    await fake.clock.until(fake.channel.close());
    const sizes = [...fake.store.chunks.values()].map(({ text }) =>
      new TextEncoder().encode(text).length
    );
    assert(sizes.every((size) => size <= 500_000), String(sizes));
    const { method, params } = JSON.parse(fake.store.allLines().at(-1)!);
    assertEquals(method, "closed");
    const start = `Long: ${text.slice(0, 10).toWellFormed()}`;
    assertStringIncludes(params.exception.message, `too long to send`);
    assertStringIncludes(params.exception.message, start);
    assert(params.exception.message.length > 80_000, "little of the message is left");
  }
});

Deno.test("a message after the close is refused", async () => {
  const fake = await fakeChannel();
  await fake.clock.until(fake.channel.close());
  assertEquals(assertThrows(() => fake.write(1), DagsterPipesError).code, "session_closed");
});

Deno.test("a channel that is never flushed sends its first chunk at once", async () => {
  const fake = await fakeChannel({ isOpened: false });
  fake.write(2);
  await fake.clock.pass(0);
  assertEquals(fake.store.allLines(), fake.written);
});

Deno.test("messages of all lengths and kinds arrive as they were", async () => {
  const fake = await fakeChannel();
  const lines = ["é", "\u{1F600}", "x".repeat(70_000), "", "\u2028"].map((text) =>
    JSON.stringify({ text })
  );
  for (let round = 0; round < 50; round++) {
    for (const line of lines) {
      fake.channel.writeMessage(line);
      fake.written.push(line);
    }
  }
  await fake.clock.until(fake.channel.close());
  assertEquals(fake.store.allLines(), fake.written);
});
