/** Does something after the system's clock was set back by a day. */
import { unlinkSync } from "node:fs";
import process from "node:process";
import { openDagsterPipes } from "@dagsterpipes/pipes";

const [what = "", ...args] = process.argv.slice(2);
const dateNow = Date.now;
const setBack = (): void => {
  Date.now = () => dateNow() - 86_400_000;
};

/** Its messages file goes away. Prints what a report says then. */
async function gone(messages: string): Promise<void> {
  const pipes = await openDagsterPipes();
  pipes.log("before");
  setBack();
  unlinkSync(messages);
  await new Promise((resolve) => setTimeout(resolve, 1200));
  try {
    pipes.log("after");
    console.log("nothing");
  } catch (error) {
    console.log((error as Error).message);
  }
}

/** A command is launched, which leaves something behind that holds its output. */
async function supervise(): Promise<void> {
  const { main } = await import("@dagsterpipes/pipes/cli");
  setTimeout(setBack, 1200);
  const end = await main([
    "supervise",
    "--timeout",
    "1",
    "--grace",
    "0.5",
    "--",
    "sh",
    "-c",
    args[0] ?? "",
  ]);
  process.exitCode = "code" in end ? end.code : 1;
}

if (what === "gone") await gone(String(args[0]));
else await supervise();
