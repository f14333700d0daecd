/** A session that starts processes with sessions of their own, and waits for each. */
import { spawnSync } from "node:child_process";
import process from "node:process";
import { withDagsterPipes } from "@dagsterpipes/pipes";

const [runtime = "", script = "", round] = process.argv;
const { CHILD_ARGS = "" } = process.env;

await withDagsterPipes((pipes) => {
  if (round !== undefined) return pipes.log(`child ${round}`);
  for (let i = 0; i < 5; i++) {
    pipes.log(`before ${i}`);
    const args = [...CHILD_ARGS.split(" ").filter((arg) => arg !== ""), script, String(i)];
    spawnSync(runtime, args, { stdio: "inherit" });
    pipes.log(`after ${i}`);
  }
});
