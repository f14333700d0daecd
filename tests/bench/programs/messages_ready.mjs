// The floor: one message that is bytes already, written again and again on a descriptor that stays open.
import { args, isDeno, tell } from "./tell.mjs";

const [count, path] = args;
const bytes = new TextEncoder().encode(
  JSON.stringify({
    __dagster_pipes_version: "0.1",
    method: "log",
    params: {
      message:
        "Row 123456 of the orders was read, checked, and written to the table of the day, as the step before this one asked for",
      level: "INFO",
    },
  }) + "\n",
);

const write = isDeno ? denoWrite() : nodeWrite();

function denoWrite() {
  const file = Deno.openSync(path, { append: true, create: true });
  return () => file.writeSync(bytes);
}

function nodeWrite() {
  const fs = process.getBuiltinModule("node:fs");
  const file = fs.openSync(path, "a");
  return () => fs.writeSync(file, bytes);
}

const start = performance.now();
for (let i = 0; i < Number(count); i++) write();
tell(performance.now() - start);
