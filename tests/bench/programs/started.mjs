// What a runtime costs until a script runs, told by the cheapest write that there is. On Bun that write costs most of it.
import { args, isDeno } from "./tell.mjs";

const [path] = args;
const line = '"opened"\n';
if (isDeno) {
  Deno.openSync(path, { append: true }).writeSync(
    new TextEncoder().encode(line),
  );
} else {
  const fs = process.getBuiltinModule("node:fs");
  fs.writeSync(fs.openSync(path, "a"), line);
}
