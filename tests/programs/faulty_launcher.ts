/** The command line of the package on a system whose calls fail as the variable `FAULTS` lists. */
import fs from "node:fs";
import process from "node:process";
import { main } from "@dagsterpipes/pipes/cli";

/** The function, the error, and how many calls of it fail: `Infinity` for all. */
type Fault = readonly [name: string, code: string, calls: number];

const faults: readonly Fault[] = JSON.parse(process.env.FAULTS ?? "[]");
const targets: Record<string, object> = { fs, process };

for (const [name, code, calls] of faults) {
  const [owner = "", method = ""] = name.split(".");
  const target = targets[owner]!;
  const original: (...args: unknown[]) => unknown = Reflect.get(target, method);
  let left = calls;
  Reflect.set(target, method, (...args: unknown[]): unknown => {
    // A signal of 0 only asks whether there is a process.
    if (args[1] === 0 || left-- <= 0) return Reflect.apply(original, target, args);
    throw Object.assign(new Error(`${code}: made up, ${method}`), { code });
  });
}

try {
  const end = await main(process.argv.slice(2));
  console.error(`end: ${JSON.stringify(end)}`);
  process.exit("code" in end ? end.code : 1);
} catch (error) {
  console.error(String(error));
  process.exit(1);
}
