import { assert, assertEquals } from "@std/assert";
import { runtimeCommand } from "../kit/installed.ts";
import { launch, type Outcome } from "../kit/launch.ts";
import { assertOneSession, messagesOf } from "../kit/messages.ts";

/**
 * What Deno's log of loaded modules tells of Node's built-in modules, which come with their own
 * helpers.
 */
const NODE_MODULE = /\b(?:node:|ext:deno_node\/)[\w./-]+/g;

/**
 * Runs a program with the log of modules on stderr. Touching `process` or `Buffer` shows there as
 * well as an import.
 */
async function logged(
  program: string,
  messages?: Readonly<Record<string, unknown>>,
): Promise<Outcome> {
  return await launch("deno", program, {
    command: [...runtimeCommand("deno"), "--log-level=debug"],
    ...(messages === undefined ? {} : { messagesParams: messages }),
  });
}

function nodeModulesOf(outcome: Outcome): string[] {
  assertEquals(outcome.code, 0, outcome.stderr);
  return [...new Set(outcome.stderr.match(NODE_MODULE))];
}

Deno.test("deno: the log of modules shows a node: module that no import names", async () => {
  const found = nodeModulesOf(await logged("touches_node.ts"));
  assert(found.some((name) => name.includes("fs")), found.join(", "));
});

Deno.test("deno: no node: module is loaded from open to closed", async () => {
  const outcome = await logged("minimal.ts");
  assertEquals(nodeModulesOf(outcome), []);
  assertOneSession(messagesOf(outcome.raw));
});

Deno.test("deno: no node: module is loaded for messages on a stream", async () => {
  assertEquals(nodeModulesOf(await logged("minimal.ts", { stdio: "stdout" })), []);
});
