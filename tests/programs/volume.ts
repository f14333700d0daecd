import { withDagsterPipes } from "@dagsterpipes/pipes";
import { execFileSync } from "node:child_process";
import { readFileSync, writeSync } from "node:fs";
import { print } from "./telling.ts";

const [name = "", ...args] = process.argv.slice(2);

/**
 * Whether one write to stderr takes less than it was given, as it does where the pipe is full and
 * non-blocking. Only line ends are written, so that it does not matter how many of them arrive.
 */
function isNonBlocking(): boolean {
  const lineEnds = new Uint8Array(2 * 1024 * 1024).fill(0x0a);
  try {
    return writeSync(2, lineEnds) < lineEnds.length;
  } catch (error) {
    return (error as { code?: unknown }).code === "EAGAIN";
  }
}

/** Many lines, large and small, to a stream that something else made non-blocking. */
async function flood(): Promise<void> {
  process.stderr.write("touched\n");
  await new Promise((resolve) => setTimeout(resolve, 50));
  print({ isNonBlocking: isNonBlocking() });
  await withDagsterPipes((pipes) => {
    pipes.log("x".repeat(4 * 1024 * 1024));
    for (let i = 0; i < 4_000; i++) pipes.log(`${i}:${"y".repeat(1_000)}`);
    pipes.log("\u{1F600}".repeat(512 * 1024));
  });
}

/** 500 long lines to a file that another process appends to as well. */
async function append(mark: string): Promise<void> {
  const text = mark.repeat(100_000);
  await withDagsterPipes((pipes) => {
    for (let i = 0; i < 500; i++) pipes.log(text);
  });
}

/**
 * Fills what the file may hold, in the middle of a line. Where asked, there is room for more then, as
 * on a disk that is cleaned up, and the script goes on.
 */
async function fill(messages: string, then: string): Promise<void> {
  const returned: string[] = [];
  const refused: string[] = [];
  let isTorn = false;
  await withDagsterPipes((pipes) => {
    const log = (text: string): boolean => {
      try {
        pipes.log(text);
        returned.push(text.slice(0, 8));
        return true;
      } catch (error) {
        refused.push((error as Error).message);
        if (then === "stop") throw error;
        return false;
      }
    };
    let i = 0;
    while (log(`${String(i++).padStart(6, "0")}: ${"z".repeat(9_000)}`));
    log("A: while it is full");
    isTorn = !readFileSync(messages, "utf-8").endsWith("\n");
    execFileSync("prlimit", ["--pid", String(process.pid), "--fsize=10000000:"]);
    log("B: freed");
    log("C: after");
    if (then === "throw") throw new Error("given up");
  });
  print({ returned, refused, isTorn });
}

if (name === "flood") await flood();
else if (name === "append") await append(args[0] ?? "a");
else if (name === "fill") await fill(args[0] ?? "", args[1] ?? "");
