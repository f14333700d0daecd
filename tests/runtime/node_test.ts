import { assertEquals } from "@std/assert";
import { isNodeTooOld, runtimeFromProcess } from "../../src/runtime/node/adapter.ts";
import type { NodeProcess } from "../../src/runtime/node/process_global.ts";

/** What a process does that is to end by a signal which has no effect on it. */
function ended(pid: number): string[] {
  const did: string[] = [];
  const process = {
    pid,
    kill: (to: number, signal: string) => did.push(`kill ${to} ${signal}`),
    removeAllListeners: (signal: string) => did.push(`remove ${signal}`),
    exit: () => did.push("exit"),
    getBuiltinModule: () => ({}),
  };
  runtimeFromProcess(process as unknown as NodeProcess, "node").endBySignal("SIGTERM");
  return did;
}

Deno.test("the first process of a container ends by an exit, as the system keeps the signal from it", () => {
  assertEquals(ended(1), ["remove SIGTERM", "kill 1 SIGTERM", "exit"]);
});

Deno.test("another process ends by the signal, even if the script listens to it", () => {
  assertEquals(ended(7), ["remove SIGTERM", "kill 7 SIGTERM"]);
});

Deno.test("Node is new enough from 22.3 on", () => {
  const versions = ["18.20.4", "20.20.2", "22.2.0", "22.3.0", "22.21.1", "24.0.0", "26.10.0"];
  assertEquals(versions.filter(isNodeTooOld), ["18.20.4", "20.20.2", "22.2.0"]);
});
