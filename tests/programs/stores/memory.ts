/**
 * Writes so many messages in so many seconds through the S3 writer alone, to a reader with an interval,
 * and prints the most memory that the process had meanwhile, in bytes.
 */
import process from "node:process";
import { DagsterPipesError } from "@dagsterpipes/pipes";
import { PipesS3MessageWriter } from "@dagsterpipes/pipes/s3";
import { s3Client } from "./options.ts";

const [count = "", seconds = "", interval = "1"] = process.argv.slice(2);
const client = await s3Client();
const writer = new PipesS3MessageWriter({ client, intervalSeconds: Number(interval) });
const channel = await writer.open({ bucket: "pipes", key_prefix: crypto.randomUUID() });
const line = (n: number): string =>
  `{"__dagster_pipes_version":"0.1","method":"log","params":{"message":"message ${n} of a long run","level":"INFO"}}`;

let most = 0;
const watch = (): void => {
  most = Math.max(most, process.memoryUsage().rss);
};

channel.writeMessage(line(0));
await channel.flush?.();
const start = Date.now();
for (let told = 1; told < Number(count);) {
  const due = Math.min(
    Number(count),
    (Date.now() - start) / 1000 / Number(seconds) * Number(count),
  );
  while (told < due) channel.writeMessage(line(told++));
  watch();
  await new Promise((resolve) => setTimeout(resolve, 10));
}
const watching = setInterval(watch, 10);
try {
  await channel.close();
} catch (error) {
  // Dagster could not take so many, which is said when all is in the store.
  const isExpected = error instanceof DagsterPipesError && error.code === "messages_undelivered";
  if (!isExpected) throw error;
}
clearInterval(watching);
console.log(most);
