import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { currentRuntime } from "../../src/runtime/current.ts";
import { failProcess } from "../../src/runtime/exit_process.ts";
import type { ByteSink } from "../../src/runtime/runtime.ts";

// Asks the adapter of the runtime that this runs on for everything that the port promises, and
// prints what it gave.

const runtime = currentRuntime();
const folder = mkdtempSync(join(tmpdir(), "pipes-contract-"));
const found: Record<string, unknown> = {};
const encoder = new TextEncoder();

async function tell(name: string, question: () => unknown): Promise<void> {
  try {
    found[name] = await question() ?? "undefined";
  } catch (error) {
    const { name: kind, code } = error as { name: string; code?: unknown };
    found[name] = { thrown: kind, code: code ?? null };
  }
}

function writeAll(sink: ByteSink, text: string): number {
  const bytes = encoder.encode(text);
  let sent = 0;
  while (sent < bytes.length) sent += sink.write(bytes.subarray(sent));
  return sent;
}

function appended(): unknown {
  const path = join(folder, "appended");
  const first = runtime.openAppend(path);
  const second = runtime.openAppend(path);
  const sizes = [first.size()];
  const counts = [
    writeAll(first, "one\n"),
    writeAll(second, "zw\u00f6lf\n"),
    writeAll(first, "three\n"),
  ];
  const seen = readFileSync(path, "utf-8");
  sizes.push(first.size(), second.size());
  first.close();
  const third = runtime.openAppend(path);
  writeAll(third, "four\n");
  sizes.push(third.size());
  third.close();
  second.close();
  return { counts, seen, sizes, kept: readFileSync(path, "utf-8") };
}

function pieces(): unknown {
  const path = join(folder, "pieces");
  const sink = runtime.openAppend(path);
  const bytes = encoder.encode("0123456789");
  // A view into a larger buffer: only its own bytes may be written.
  sink.write(bytes.subarray(2, 5));
  sink.write(bytes.subarray(5, 5));
  sink.write(bytes.subarray(8));
  sink.close();
  return readFileSync(path, "utf-8");
}

async function packed(size: number): Promise<unknown> {
  const bytes = encoder.encode("a\u00e4\u{1F600}".repeat(size));
  const there = await runtime.deflate(bytes);
  const back = await runtime.inflate(there, 1e8);
  return {
    header: (there[0] ?? 0) & 0x0f,
    same: new TextDecoder().decode(back) === new TextDecoder().decode(bytes),
  };
}

/** What Python's `zlib.compress(b"hello")` returns. */
const PYTHONS_HELLO = Uint8Array.from(
  atob("eJzLSM3JyQcABiwCFQ=="),
  (character) => character.charCodeAt(0),
);

async function damagedInflate(bytes: Uint8Array): Promise<unknown> {
  try {
    const text = new TextDecoder().decode(await runtime.inflate(bytes, 1e8));
    return text === "hello" ? "taken for whole" : "refused";
  } catch {
    return "refused";
  }
}

/** Tries to unpack 1,000,000 bytes, at most 1,000 of them, from a long and from a short text. */
async function limited(): Promise<unknown> {
  const packed = await runtime.deflate(new Uint8Array(1e6));
  const results = await Promise.allSettled([
    (async () => await runtime.inflate(packed, 1000))(),
    (async () => await runtime.inflate(packed, 1e6))(),
  ]);
  return results.map((result) =>
    result.status === "fulfilled" ? result.value.length : result.reason.name
  );
}

writeFileSync(join(folder, "bytes"), new Uint8Array([0, 0xff, 0x7b, 0x0a]));
await tell("name", () => runtime.name);
await tell("env", () => [runtime.env("PIPES_CONTRACT"), runtime.env("PIPES_CONTRACT_EMPTY")]);
await tell("env missing", () => runtime.env("PIPES_CONTRACT_MISSING"));
await tell("args", () => runtime.args());
await tell("processId", () => runtime.processId() === process.pid);
await tell("parentId", () => runtime.parentId() === process.ppid);
await tell(
  "isRunning",
  () => [process.pid, process.ppid, 2 ** 22 + 1].map((pid) => runtime.isRunning(pid)),
);
await tell("readFile", () => [...runtime.readFile(join(folder, "bytes"))]);
await tell("readText", () => runtime.readText(join(folder, "bytes")));
await tell("readText missing", () => runtime.readText(join(folder, "missing")));
await tell("readFile missing", () => runtime.readFile(join(folder, "missing")));
await tell("readFile directory", () => runtime.readFile(folder));
await tell("openAppend", appended);
await tell("openAppend pieces", pieces);
await tell("openAppend no folder", () => runtime.openAppend(join(folder, "no", "file")));
await tell("openAppend directory", () => runtime.openAppend(folder));
await tell(
  "stdio size",
  () => [runtime.stdio("stdout").size() ?? null, runtime.stdio("stderr").size() ?? null],
);
await tell("zlib", () => packed(1));
await tell("zlib large", () => packed(200_000));
await tell(
  "zlib empty",
  async () => (await runtime.inflate(await runtime.deflate(new Uint8Array()), 1e8)).length,
);
await tell(
  "zlib of Python",
  async () => new TextDecoder().decode(await runtime.inflate(PYTHONS_HELLO, 1e8)),
);
await tell("zlib without its header", () => damagedInflate(PYTHONS_HELLO.subarray(2)));
await tell("not zlib", () => damagedInflate(encoder.encode("hello")));
await tell("zlib cut short", () => damagedInflate(PYTHONS_HELLO.subarray(0, 7)));
await tell("zlib limit", limited);
rmSync(folder, { recursive: true });

const out = runtime.stdio("stdout");
const err = runtime.stdio("stderr");
writeAll(err, "raw on stderr\n");
err.close();
writeAll(err, "and after close\n");
writeAll(out, `${JSON.stringify(found)}\n`);
out.close();
failProcess(3);
failProcess(4);
