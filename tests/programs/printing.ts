/** Prints by every way that is seen from inside the process. The argument says what. */
import { PipesStdioFileLogWriter, withDagsterPipes } from "@dagsterpipes/pipes";

interface Stream {
  write(bytes: Uint8Array): Promise<number>;
  writeSync(bytes: Uint8Array): number;
}
interface Globals {
  Deno?: { stdout: Stream; stderr: Stream };
  Bun?: {
    stdout: unknown;
    write(target: unknown, text: string): Promise<number>;
  };
}

const { Deno: deno, Bun: bun } = globalThis as unknown as Globals;
const encoder = new TextEncoder();
const [, , what] = process.argv;

async function printMixedLines(): Promise<void> {
  for (let i = 0; i < 20_000; i++) {
    console.log(`log ${i} %s`, "é", { i });
    console.error("error", i);
    process.stdout.write(`direct ${i} €\n`);
    process.stderr.write(encoder.encode(`bytes ${i}\n`));
    const last = `last ${i}\n`;
    if (deno === undefined) process.stdout.write(last);
    else deno.stdout.writeSync(encoder.encode(last));
  }
  await deno?.stdout.write(encoder.encode("asynchronous\n"));
  await bun?.write(bun.stdout, "asynchronous\n");
}

/** 10 MB, cut at every place within a character. */
function printBytes(): void {
  const bytes = encoder.encode("aé€😀".repeat(1024));
  for (let round = 0; round < 1024; round++) {
    const cut = round % 17 + 1;
    process.stdout.write(bytes.subarray(0, cut));
    process.stdout.write(bytes.subarray(cut));
  }
}

/** What prints by no method that a message usually comes from. */
function printInOtherWays(): void {
  console.assert(true, "holds");
  console.assert(false, "does not hold");
  console.count("c");
  console.count("c");
  console.dir({ a: 1 });
  console.table([{ column: "cell" }]);
  console.time("t");
  console.timeEnd("t");
  console.trace("here");
  console.group("G");
  console.groupEnd();
  // Nothing here can be made a text, and one timer has ended.
  const bare = Object.assign(Object.create(null), { bare: 1 });
  console.dir(bare);
  console.assert(bare);
  console.timeEnd("t");
}

await withDagsterPipes(
  { captureConsole: what === "console" || what === "other console" },
  async (pipes) => {
    if (what === "mixed") await printMixedLines();
    if (what === "bytes") printBytes();
    if (what?.startsWith("other ")) printInOtherWays();
    if (what === "half lines") {
      process.stdout.write("progress 10%");
      pipes.log("ten");
      pipes.log("still ten");
      process.stdout.write("\rprogress 20%");
    }
    if (what === "half a line and a timer") {
      process.stdout.write("50%");
      console.time("a");
      console.timeEnd("a");
      pipes.log("behind it");
    }
    if (what === "a stand-in") {
      const real = process.stdout;
      const texts: string[] = [];
      const standIn = { write: (text: string) => void texts.push(text) };
      Object.defineProperty(process, "stdout", { value: standIn, configurable: true });
      process.stdout.write("x\n");
      Object.defineProperty(process, "stdout", { value: real, configurable: true });
      pipes.log(texts.join());
    }
    if (what === "exit") process.exit(3);
    if (what === "exit after close") {
      void pipes.close();
      process.exit(0);
    }
    if (what === "more than a pipe holds") {
      process.stderr.write(`${"x".repeat(300_000)}\n`);
      pipes.log("behind it");
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    if (what === "to a file") {
      const folder = process.argv[3]!;
      const logs = new PipesStdioFileLogWriter().open({ logs_dir: folder });
      console.log("hello");
      pipes.log("not for the file");
      logs.close();
    }
    if (what === "console") {
      console.debug("d");
      console.log("l %d", 1);
      console.info("i");
      console.warn("w");
      console.error("e", [1]);
      process.stdout.write("direct\n");
      pipes.log("by hand");
    }
  },
);
process.stdout.write("after the session\n");
