/**
 * A script whose messages go to a store. Arguments: the store, the reader's interval, what to do,
 * and how.
 */
import process from "node:process";
import { withDagsterPipes } from "@dagsterpipes/pipes";
import { optionsFor, type StoreName } from "./options.ts";
import { runScript } from "./scripts.ts";

const [store = "", interval = "", what = "", ...args] = process.argv.slice(2);
const options = await optionsFor(store as StoreName, { intervalSeconds: Number(interval) });

// Not awaited: a runtime tells of an await at the top that nothing settles in ways of its own.
void withDagsterPipes(options, (pipes) => runScript(pipes, what, args));
