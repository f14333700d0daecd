/** Has the global of another runtime, as a shim puts it there, by the name in the first argument. */
import process from "node:process";
import { withDagsterPipes } from "@dagsterpipes/pipes";

const refuse = (): never => {
  throw new Error("a shim was called");
};

/** As `@deno/shim-deno` has it, in part. */
const deno = {
  version: { deno: "1.40.2", typescript: "5.3.3", v8: "12.0.267.8" },
  args: [],
  env: { get: refuse },
  errors: {},
  addSignalListener: refuse,
  inspect: refuse,
  openSync: refuse,
};

const bun = { version: "1.0.0", inspect: refuse, inflateSync: refuse, write: refuse };

const [name = ""] = process.argv.slice(2);
if (name === "JSON.stringify") JSON.stringify = () => "{\n";
else Object.defineProperty(globalThis, name, { value: name === "Deno" ? deno : bun });
await withDagsterPipes((pipes) => pipes.log("as ever"));
