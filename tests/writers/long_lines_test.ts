import { assert, assertEquals } from "@std/assert";
import { readReceivedLine } from "../../src/local/received/received_line.ts";
import { PipesDefaultMessageWriter } from "../../src/writers/default_message_writer.ts";
import { TempFolder } from "../kit/temp_folder.ts";

function linesOf(messages: readonly string[]): string[] {
  using folder = new TempFolder();
  const path = `${folder.path}/messages`;
  const channel = new PipesDefaultMessageWriter().open({ path });
  for (const message of messages) channel.writeMessage(message);
  channel.close();
  return Deno.readTextFileSync(path).split("\n").slice(0, -1);
}

Deno.test("a DEBUG log goes ahead of a line of a page or more, and of no shorter one", () => {
  for (const bytes of [4096, 30_000, 1_000_000]) {
    const line = "m".repeat(bytes);
    const [ahead = "", ...rest] = linesOf([line]);
    const received = readReceivedLine(ahead);
    assert("params" in received, ahead);
    assertEquals(received.params, {
      message: `A message of ${bytes + 1} bytes follows`,
      level: "DEBUG",
    });
    assertEquals(rest, [line]);
  }
  const short = "m".repeat(4095);
  assertEquals(linesOf([short, short]), [short, short]);
});
