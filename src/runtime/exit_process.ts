import { keptProcess } from "./node/process_global.ts";
import { setBackgroundTimer } from "./timers.ts";

/** How long something that is left, such as an open connection, may keep the process alive. */
const EXIT_WAIT_MS = 100;

/**
 * Ends this process. Node ends by itself: in `process.exit` it may wait forever for a thread that
 * compiles and waits for the garbage collector (nodejs/node#54918).
 */
export async function exitProcess(code: number): Promise<void> {
  const { process } = globalThis;
  if ("Deno" in globalThis || "Bun" in globalThis) process.exit(code);
  process.exitCode = code;
  setBackgroundTimer(() => process.exit(code), EXIT_WAIT_MS);
  // If a bundle has this module in it, the rest of the bundle must not run after an error.
  if (code !== 0) await new Promise(() => {});
}

/**
 * Makes this process end with an exit code of a failure, unless it has one already, on any runtime.
 * An exit code that the script sets later overrides it.
 */
export function failProcess(code: number = 1): void {
  const deno: typeof Deno | undefined = globalThis.Deno;
  const target = typeof deno?.exitCode === "number" ? deno : keptProcess();
  // It may be the text of a number, too.
  if (target !== undefined && Number(target.exitCode ?? 0) === 0) target.exitCode = code;
}
