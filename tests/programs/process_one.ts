/** Is cancelled, in whatever process it is. */
import process from "node:process";
import { withDagsterPipes } from "@dagsterpipes/pipes";

await withDagsterPipes(async ({ signal, log }) => {
  log(`process ${process.pid}`);
  const aborted = new Promise((_, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason))
  );
  process.kill(process.pid, "SIGTERM");
  const work = setInterval(() => {}, 1000);
  await aborted.finally(() => clearInterval(work));
});
