/** Runs a command without Dagster, as its arguments say, and prints what came of it. */
import process from "node:process";
import { runPipesSession } from "@dagsterpipes/pipes/runner";

const [options = "{}"] = process.argv.slice(2);
const { abortAt, ...run } = JSON.parse(options);
const controller = new AbortController();
const result = await runPipesSession({
  ...run,
  signal: controller.signal,
  onEvent(event) {
    if (event.type === "log" && event.message === abortAt) controller.abort();
  },
});
console.log(JSON.stringify(result));
