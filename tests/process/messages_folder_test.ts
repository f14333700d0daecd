import { assert, assertEquals, assertThrows } from "@std/assert";
import { MessagesFolder } from "../../src/process/messages_folder.ts";
import { launcherOf } from "../../src/protocol/launcher_params.ts";
import { PipesDefaultMessageWriter } from "../../src/writers/default_message_writer.ts";

Deno.test("sessions that follow each other are read in their order, though all within one look", async () => {
  const taken: string[] = [];
  const folder = new MessagesFolder((_, line) => taken.push(new TextDecoder().decode(line)));
  const params = folder.messagesParams(false, true);
  assertEquals(launcherOf(params), {
    folder: folder.path,
    pid: Deno.pid,
    hasContextFile: false,
    isShared: true,
  });
  const written: string[] = [];
  for (let i = 0; i < 20; i++) {
    const channel = new PipesDefaultMessageWriter().open(params);
    channel.writeMessage(String(i));
    await channel.close();
    written.push(`${i}\n`);
    // Sessions of two processes are further apart than that.
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  folder.finish();
  assertEquals(taken, written);
});

Deno.test("a line longer than what is read at once is whole, half a line is taken at the end", () => {
  const taken: string[] = [];
  const folder = new MessagesFolder((_, line) => taken.push(new TextDecoder().decode(line)));
  const { path = "" } = folder.messagesParams(false, true);
  const lines = ["x".repeat(200_000) + "\n", "\n", "short\n", "half"];
  Deno.writeTextFileSync(String(path), lines.join(""));
  folder.finish();
  assertEquals(taken, lines);
});

Deno.test("the folder is gone when its messages are read", () => {
  const folder = new MessagesFolder(() => {});
  const file = folder.write("context", "{}");
  assert(Deno.statSync(file).isFile);
  folder.finish();
  assertThrows(() => Deno.statSync(folder.path), Deno.errors.NotFound);
});
