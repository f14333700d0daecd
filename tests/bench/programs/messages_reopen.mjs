// A file that is opened, written and closed for each message.
import { appendFileSync } from "node:fs";
import { args, tell } from "./tell.mjs";

const [count, path] = args;
const start = performance.now();
for (let i = 0; i < Number(count); i++) {
  appendFileSync(
    path,
    JSON.stringify({
      __dagster_pipes_version: "0.1",
      method: "log",
      params: {
        message:
          `Row ${i} of the orders was read, checked, and written to the table of the day, as the step before this one asked for`,
        level: "INFO",
      },
    }) + "\n",
  );
}
tell(performance.now() - start);
