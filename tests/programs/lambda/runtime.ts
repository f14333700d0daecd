/**
 * Runs a function as Lambda does: one event a line comes in, one answer a line goes out, and the log
 * goes to stderr. `console` puts the time and an id before each line there. The argument is the
 * function's module.
 */
import process from "node:process";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { format } from "node:util";

const [module = ""] = process.argv.slice(2);
const { handler } = await import(pathToFileURL(module).href);

let request = 0;

function log(line: string): void {
  process.stderr.write(`${line}\n`);
}

for (const name of ["log", "info", "warn", "error", "debug"] as const) {
  console[name] = (...values: unknown[]) => {
    const id = `00000000-0000-4000-8000-${String(request).padStart(12, "0")}`;
    log(`${new Date().toISOString()}\t${id}\t${name.toUpperCase()}\t${format(...values)}`);
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  const id = `00000000-0000-4000-8000-${String(++request).padStart(12, "0")}`;
  log(`START RequestId: ${id} Version: $LATEST`);
  let answer: unknown;
  try {
    answer = { result: await handler(JSON.parse(line), {}) };
  } catch (error) {
    answer = { error: String(error) };
  }
  log(`END RequestId: ${id}`);
  log(
    `REPORT RequestId: ${id}\tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\t` +
      "Max Memory Used: 64 MB",
  );
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
