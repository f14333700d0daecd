/** A script that names its own way to Dagster, and ends as its argument says. */
import process from "node:process";
import { withDagsterPipes } from "@dagsterpipes/pipes";
import { messageWriter, paramsLoader } from "./channels/network.ts";

await withDagsterPipes({ messageWriter, paramsLoader }, async (pipes) => {
  pipes.log(`working for ${pipes.runId}`);
  if (process.argv[2] === "is killed") {
    process.kill(process.pid, "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, 5000));
  }
});
