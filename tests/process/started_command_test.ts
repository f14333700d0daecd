import { assertEquals, assertRejects } from "@std/assert";
import { StartedCommand } from "../../src/process/started_command.ts";
import { TempFolder } from "../kit/temp_folder.ts";

async function textOf(output: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of output) text += decoder.decode(bytes, { stream: true });
  return text;
}

Deno.test("Deno is started with the arguments and the permissions that the command names", async () => {
  using folder = new TempFolder();
  folder.write(
    "script.ts",
    `const states = ["read", "write"].map((name) => Deno.permissions.querySync({ name }).state);
    console.log(...Deno.args, ...states);`,
  );
  const script = `${folder.path}/script.ts`;
  for (
    const [args, printed] of [
      [["--allow-read", script, "--version"], "--version granted prompt\n"],
      [["--quiet", "run", script, "a b"], "a b prompt prompt\n"],
    ] as const
  ) {
    const { status, output } = new StartedCommand({ command: [Deno.execPath(), ...args], env: {} });
    assertEquals([await textOf(output.stdout), await textOf(output.stderr)], [printed, ""]);
    assertEquals(await status, { code: 0 });
  }
});

Deno.test("a command that ends by a signal has that for its status", async () => {
  const { status } = new StartedCommand({ command: ["sh", "-c", "kill -KILL $$"], env: {} });
  assertEquals(await status, { signal: "SIGKILL" });
});

Deno.test("a command has the variables of this process and its own", async () => {
  const { output } = new StartedCommand({
    command: ["sh", "-c", 'echo "$OWN" "${PATH:+inherited}"'],
    env: { OWN: "own" },
  });
  assertEquals(await textOf(output.stdout), "own inherited\n");
});

Deno.test("a command that does not exist is rejected, and its output ends", async () => {
  const command = new StartedCommand({ command: ["no-such-command"], env: {} });
  const { status, output } = command;
  await assertRejects(() => status, Error, "ENOENT");
  assertEquals([await textOf(output.stdout), await textOf(output.stderr)], ["", ""]);
  command.kill("SIGTERM");
});

Deno.test("output that is abandoned ends, though another process holds it", async () => {
  const command = new StartedCommand({
    command: ["sh", "-c", "echo first; sleep 60 & exit 0"],
    env: {},
  });
  const { status, output } = command;
  assertEquals(await status, { code: 0 });
  const text = textOf(output.stdout);
  setTimeout(() => command.abandonOutput(), 200);
  assertEquals(await text, "first\n");
  command.kill("SIGKILL");
});
