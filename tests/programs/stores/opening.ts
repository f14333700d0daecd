/**
 * Opens sessions through S3, and by turns does by hand with the same client what each takes: to put
 * the first message and to read the context. Prints the median of each, in milliseconds.
 */
import process from "node:process";
import { openDagsterPipes } from "@dagsterpipes/pipes";
import { PipesS3ContextLoader, PipesS3MessageWriter } from "@dagsterpipes/pipes/s3";
import { s3Client } from "./options.ts";

const [rounds = "", contextParams = "", messagesParams = ""] = process.argv.slice(2);
const client = await s3Client();
const contextLoader = new PipesS3ContextLoader({ client });
const messageWriter = new PipesS3MessageWriter({ client });
const { bucket, key } = JSON.parse(contextParams);

async function byHand(): Promise<void> {
  const Key = `${crypto.randomUUID()}/1.json`;
  const Body = new TextEncoder().encode(
    '{"__dagster_pipes_version":"0.1","method":"opened","params":{"extras":{}}}',
  );
  await client.putObject({ Bucket: bucket, Key, Body });
  const { Body: body } = await client.getObject({ Bucket: bucket, Key: key });
  JSON.parse(new TextDecoder().decode(await body?.transformToByteArray()));
}

async function bySession(): Promise<() => Promise<void>> {
  const messages = { ...JSON.parse(messagesParams), key_prefix: crypto.randomUUID() };
  const paramsLoader = {
    isDagsterPipesProcess: () => true,
    loadContextParams: () => ({ bucket, key }),
    loadMessagesParams: () => messages,
  };
  const pipes = await openDagsterPipes({ paramsLoader, contextLoader, messageWriter });
  return () => pipes.close();
}

async function took<T>(fn: () => Promise<T>, times: number[]): Promise<T> {
  const start = performance.now();
  const result = await fn();
  times.push(performance.now() - start);
  return result;
}

const hand: number[] = [];
const session: number[] = [];
for (let round = 0; round < Number(rounds); round++) {
  await took(byHand, hand);
  const close = await took(bySession, session);
  await close();
}
const median = (times: number[]): number =>
  times.slice(5).sort((a, b) => a - b)[
    Math.floor((times.length - 5) / 2)
  ]!;
console.log(JSON.stringify({ hand: median(hand), session: median(session) }));
