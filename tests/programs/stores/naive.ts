/**
 * A script whose messages go to S3 by a writer that sends all there is, once in the reader's
 * interval, and the rest at the end: what one would write at first. To compare.
 */
import process from "node:process";
import { type PipesMessageWriter, withDagsterPipes } from "@dagsterpipes/pipes";
import { PipesS3ContextLoader } from "@dagsterpipes/pipes/s3";
import { s3Client } from "./options.ts";
import { runScript } from "./scripts.ts";

const [, interval = "", what = "", ...args] = process.argv.slice(2);
const client = await s3Client();

const messageWriter: PipesMessageWriter = {
  open({ bucket, key_prefix: prefix }) {
    let index = 1;
    let lines: string[] = [];
    let sending = Promise.resolve();
    const send = (): void => {
      if (lines.length === 0) return;
      const Body = new TextEncoder().encode(lines.join("\n"));
      const Key = `${prefix}/${index++}.json`;
      lines = [];
      sending = sending.then(async () => {
        await client.putObject({ Bucket: String(bucket), Key, Body });
      });
    };
    const timer = setInterval(send, Number(interval) * 1000);
    return {
      writeMessage: (line) => void lines.push(line),
      async close() {
        clearInterval(timer);
        send();
        await sending;
      },
    };
  },
};

await withDagsterPipes(
  { messageWriter, contextLoader: new PipesS3ContextLoader({ client }) },
  (pipes) => runScript(pipes, what, args),
);
