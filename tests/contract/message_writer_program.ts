/**
 * Uses a message writer as the library does, and writes what its channel said to a file. Arguments:
 * the module whose default export is the writer, the file, and what to do.
 */
import { equal } from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import {
  PipesEnvVarParamsLoader,
  type PipesMessageWriter,
  type PipesMessageWriterChannel,
  withDagsterPipes,
} from "@dagsterpipes/pipes";
import { rejectedBy } from "../programs/telling.ts";
import { LINES } from "./message_writer_lines.ts";

const [module = "", file = "", what = ""] = process.argv.slice(2);
const { default: messageWriter }: { default: PipesMessageWriter } = await import(
  pathToFileURL(module).href
);
const params = await new PipesEnvVarParamsLoader().loadMessagesParams();

function tell(told: unknown): void {
  writeFileSync(file, JSON.stringify(told));
}

async function written(): Promise<PipesMessageWriterChannel> {
  const channel = await messageWriter.open(params);
  for (const line of LINES) channel.writeMessage(line);
  return channel;
}

function isSent({ unsentMessages = 0 }: PipesMessageWriterChannel): void {
  equal(unsentMessages, 0);
}

const CASES: Record<string, () => Promise<void>> = {
  async close() {
    // Without messages, it is as if there had been none.
    const empty = await messageWriter.open(params);
    isSent(empty);
    await empty.close();
    const channel = await written();
    await channel.close();
    isSent(channel);
  },
  async flush() {
    const channel = await written();
    await channel.flush?.();
    if (channel.flush !== undefined) isSent(channel);
    tell({ isFlushed: channel.flush !== undefined });
    process.kill(process.pid, "SIGKILL");
  },
  async hurry() {
    const channel = await written();
    const start = performance.now();
    const error = await rejectedBy(async () => await channel.close(AbortSignal.abort()));
    const { unsentMessages = 0 } = channel;
    tell({ error, unsentMessages, took: performance.now() - start });
  },
  async session() {
    const failing = withDagsterPipes({ messageWriter }, (pipes) => {
      pipes.log("one");
      throw new TypeError("mine");
    });
    tell(await rejectedBy(() => failing));
  },
  async refuse() {
    const refused = params.refused as Record<string, unknown>[];
    tell(
      await Promise.all(
        refused.map((params) => rejectedBy(async () => await messageWriter.open(params))),
      ),
    );
  },
};

await CASES[what]?.();
