import { assertEquals } from "@std/assert";
import { launcherOf, withLauncher } from "../../src/protocol/launcher_params.ts";
import { MessagesFolder } from "../../src/process/messages_folder.ts";
import { PipesDefaultMessageWriter } from "../../src/writers/default_message_writer.ts";

Deno.test("sessions that follow each other are read in their order, though all within one look", async () => {
  const folder = new MessagesFolder();
  try {
    const launcher = { folder: folder.path, pid: Deno.pid, hasContextFile: false };
    const params = withLauncher({ path: folder.sharedFile }, launcher);
    assertEquals(launcherOf(params), launcher);
    const written: string[] = [];
    for (let i = 0; i < 20; i++) {
      const channel = new PipesDefaultMessageWriter().open(params);
      channel.writeMessage(String(i));
      await channel.close();
      written.push(`${i}\n`);
      // Sessions of two processes are further apart than that.
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const read = [...folder.read()].map(([, bytes]) => new TextDecoder().decode(bytes));
    assertEquals(read, written);
  } finally {
    folder.remove();
  }
});
