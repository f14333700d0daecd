// How a program tells the bench what it measured about itself. Nothing here touches `process` on Deno, where that alone
// loads Node's modules.
const { Deno, process } = globalThis.Deno === undefined ? globalThis : { Deno: globalThis.Deno };

export const isDeno = Deno !== undefined;

/** The arguments of the script. */
export const args = isDeno ? Deno.args : process.argv.slice(2);

const fs = isDeno ? undefined : process.getBuiltinModule("node:fs");

/** The text of a file. */
export function readText(path) {
  return isDeno ? Deno.readTextFileSync(path) : fs.readFileSync(path, "utf8");
}

/** The most memory that this process ever held, in MB. */
function peakMemory() {
  return Number(/VmHWM:\s*(\d+)/.exec(readText("/proc/self/status"))[1]) / 1024;
}

/** Tells how long the measured part took, in ms. */
export function tell(ms) {
  const text = JSON.stringify({ ms, memory: peakMemory() });
  console.log(text);
}
