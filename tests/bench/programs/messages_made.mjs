// The floor of memory: the texts of the messages, made and looked at, and nothing written.
import { args, tell } from "./tell.mjs";

const [count] = args;
let length = 0;
const start = performance.now();
for (let i = 0; i < Number(count); i++) {
  const text =
    `Row ${i} of the orders was read, checked, and written to the table of the day, as the step before this one asked for`;
  // Looked at, lest an engine never puts it together.
  length += text.charCodeAt(4);
}
const took = performance.now() - start;
if (length < Number(count)) throw new Error("texts are missing");
tell(took);
