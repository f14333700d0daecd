import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { MessagesFolder } from "../../src/process/messages_folder.ts";
import { launcherOf } from "../../src/protocol/launcher_params.ts";
import { PipesDefaultMessageWriter } from "../../src/writers/default_message_writer.ts";

/** Opens a folder that adds what it reads to a list, as the text of a line behind its session. */
function openFolder(): { folder: MessagesFolder; taken: string[][]; path: string } {
  const taken: string[][] = [];
  const folder = new MessagesFolder((id, line) => {
    taken.push([id, new TextDecoder().decode(line)]);
  });
  return { folder, taken, path: String(folder.messagesParams(false, true).path) };
}

function append(path: string, text: string): void {
  Deno.writeTextFileSync(path, text, { append: true });
}

Deno.test("lines of sessions that take turns are read in the order in which they were written", async () => {
  const { folder, taken } = openFolder();
  const params = folder.messagesParams(false, true);
  assertEquals(launcherOf(params), { pid: Deno.pid, hasContextFile: false, isShared: true });
  const channels = [1, 2, 3].map(() => new PipesDefaultMessageWriter().open(params));
  for (let i = 0; i < 30; i++) channels[i % 3]!.writeMessage(String(i));
  for (const channel of channels) await channel.close();
  await folder.finish();
  assertEquals(taken.map(([, line]) => line), Array.from({ length: 30 }, (_, i) => `${i}\n`));
  const ids = taken.map(([id]) => id);
  assertEquals(new Set(ids).size, 3);
  assertEquals(ids, Array.from({ length: 30 }, (_, i) => ids[i % 3]));
});

Deno.test("a line longer than what is read at once is whole, half a line is taken at the end", async () => {
  const { folder, taken, path } = openFolder();
  const lines = ["x".repeat(200_000) + "\n", "\n", "short\n", "half"];
  append(path, lines.join(""));
  await folder.finish();
  assertEquals(taken, lines.map((line) => ["", line]));
});

Deno.test("half a line of a session spoils no line of another, and half a line of another program is taken", async () => {
  const { folder, taken, path } = openFolder();
  append(path, '\x1ea {"to');
  append(path, '\x1eb {"b":1}\n');
  append(path, "other");
  append(path, '\x1ea {"torn":2}\n\x1e');
  append(path, '\x1eb {"b":2}\nother\n\x1eb {"b":3');
  await folder.finish();
  assertEquals(taken, [
    ["b", '{"b":1}\n'],
    ["", "other"],
    ["a", '{"torn":2}\n'],
    ["b", '{"b":2}\n'],
    ["", "other\n"],
  ]);
});

Deno.test("nothing is read ahead of a taker that is busy", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const taken: string[] = [];
  const folder = new MessagesFolder((_, line) => {
    taken.push(new TextDecoder().decode(line));
    return promise;
  });
  append(String(folder.messagesParams(false, true).path), "one\ntwo\n");
  await new Promise((resolve) => setTimeout(resolve, 200));
  assertEquals(taken, ["one\n"]);
  resolve();
  await folder.finish();
  assertEquals(taken, ["one\n", "two\n"]);
});

Deno.test("a process that writes forever does not keep the rest from ending", async () => {
  let count = 0;
  const folder = new MessagesFolder(() => {
    count++;
    append(path, "one more\n");
  });
  const path = String(folder.messagesParams(false, true).path);
  append(path, "line\n".repeat(100));
  await folder.finish();
  assert(count >= 100 && count < 1000, `${count} lines`);
});

Deno.test("when there is no more time, what is left is an error", async () => {
  const stop = new AbortController();
  const folder = new MessagesFolder(async () => {
    stop.abort();
    await new Promise((resolve) => setTimeout(resolve, 30));
  });
  append(String(folder.messagesParams(false, true).path), `${"x".repeat(60_000)}\n`.repeat(10));
  const error = await assertRejects(() => folder.finish(stop.signal), Error);
  assertMatch(error.message, /Messages are lost: .* time was over with \d+ bytes/);
  assertThrows(() => Deno.statSync(folder.path), Deno.errors.NotFound);
});

Deno.test("the folder is gone when its messages are read", async () => {
  const { folder } = openFolder();
  const file = folder.write("context", "{}");
  assert(Deno.statSync(file).isFile);
  await folder.finish();
  assertThrows(() => Deno.statSync(folder.path), Deno.errors.NotFound);
});
