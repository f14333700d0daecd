import { assert, assertEquals } from "@std/assert";
import { runWell } from "../kit/command.ts";
import type { RuntimeName } from "../kit/installed.ts";
import { SlowServer } from "../stores/slow_server.ts";
import { scriptCommand } from "../stores/real_stores.ts";
import { installStores } from "../tools/install.ts";

/** How long the server takes for a put, in milliseconds. */
const DELAY = 200;

/** The most memory that a process had which wrote so many messages in so many seconds, in MB. */
async function mostMemory(runtime: RuntimeName, count: number, seconds: number): Promise<number> {
  await using server = await SlowServer.start(DELAY);
  const command = scriptCommand(runtime, [String(count), String(seconds)], "stores/memory.ts");
  const options = { env: { STORE_S3: server.url, NODE_NO_WARNINGS: "1" }, patience: 300_000 };
  const printed = await runWell(command, options);
  assertEquals(server.lines, count);
  return Number(printed) / 1024 / 1024;
}

Deno.test("a million messages in 100 s take less than twice the memory of ten thousand", async () => {
  await installStores();
  await Promise.all((["deno", "bun", "node26"] as const).map(async (runtime) => {
    const few = await mostMemory(runtime, 10_000, 1);
    const many = await mostMemory(runtime, 1_000_000, 100);
    console.log(`${runtime}: ${few.toFixed(0)} MB and ${many.toFixed(0)} MB`);
    assert(many < 2 * few, `${runtime}: ${many} MB for ${few} MB`);
  }));
});
