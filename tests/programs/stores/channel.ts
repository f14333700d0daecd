/** The way to Dagster by which a launcher owns the session of a script. */
import process from "node:process";
import type { PipesOptions } from "@dagsterpipes/pipes";
import { optionsFor, type StoreName } from "./options.ts";

const { STORE = "" } = process.env;
const channel: PipesOptions = await optionsFor(STORE as StoreName, { intervalSeconds: 1 });
export default channel;
