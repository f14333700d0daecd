/** A script whose messages go to its log, as the default writer sends them. */
import process from "node:process";
import { withDagsterPipes } from "@dagsterpipes/pipes";
import { runScript } from "./scripts.ts";

const [what = "", ...args] = process.argv.slice(2);
await withDagsterPipes((pipes) => runScript(pipes, what, args));
