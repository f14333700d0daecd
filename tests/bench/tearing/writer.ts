/**
 * Writes log messages of one size at a steady pace, as the package does it or plainly.
 *
 * Arguments: `announced` or `plain`, the number of lines, the bytes of each, the milliseconds
 * between two; 0 for as fast as it can, and then it prints how many milliseconds that took.
 */
import { PipesDefaultMessageWriter, withDagsterPipes } from "@dagsterpipes/pipes";
import type { PipesMessageWriter } from "@dagsterpipes/pipes";
import { LineChannel } from "../../../src/writers/line_channel.ts";
import { currentRuntime } from "../../../src/runtime/current.ts";

const [mode, count, bytes, pace] = Deno.args;

const plainWriter: PipesMessageWriter = {
  open({ path }) {
    const sink = new LineChannel(currentRuntime().openAppend(String(path)), "the messages file");
    return { writeMessage: (line) => sink.writeMessage(line), close: () => sink.close() };
  },
};

const clock = new Int32Array(new SharedArrayBuffer(4));
const messageWriter = mode === "plain" ? plainWriter : new PipesDefaultMessageWriter();

await withDagsterPipes({ messageWriter }, (pipes) => {
  // The rest of a log message's line is about 90 bytes.
  const text = "x".repeat(Math.max(1, Number(bytes) - 90));
  const start = performance.now();
  for (let i = 0; i < Number(count); i++) {
    pipes.log(text);
    if (pace !== "0") Atomics.wait(clock, 0, 0, Number(pace));
  }
  if (pace === "0") console.log(performance.now() - start);
});
