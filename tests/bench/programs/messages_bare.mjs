// The limit to measure against: the whole message by JSON.stringify, and one write on a descriptor that stays open.
import { args, isDeno, tell } from "./tell.mjs";

const [count, path, way] = args;
const encoder = new TextEncoder();

const write = isDeno && way !== "node" ? denoWrite() : await nodeWrite();

function denoWrite() {
  const file = Deno.openSync(path, { append: true, create: true });
  return (text) => file.writeSync(encoder.encode(text));
}

async function nodeWrite() {
  const fs = await import("node:fs");
  const file = fs.openSync(path, "a");
  return (text) => fs.writeSync(file, text);
}

const start = performance.now();
for (let i = 0; i < Number(count); i++) {
  write(
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
