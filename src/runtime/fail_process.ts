import { keptProcess } from "./node/process_global.ts";

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
