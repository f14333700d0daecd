import { currentRuntime } from "./current.ts";
import type { CancelSignal } from "./runtime.ts";

interface ProcessEntry {
  readonly argv: readonly string[];
  exit(code: number): never;
  getBuiltinModule(name: "node:fs"): { realpathSync(path: string): string };
  getBuiltinModule(name: "node:url"): { fileURLToPath(url: string): string };
}

function processEntry(): ProcessEntry {
  return (globalThis as unknown as { process: ProcessEntry }).process;
}

/** Whether a module is the one that was run. Older releases of Node 22 do not say. */
export function isMainModule(meta: ImportMeta): boolean {
  const { main, url } = meta as { main?: boolean; url: string };
  if (main !== undefined) return main;
  const process = processEntry();
  const script = process.argv[1];
  if (script === undefined || !url.startsWith("file:")) return false;
  const path = process.getBuiltinModule("node:url").fileURLToPath(url);
  return process.getBuiltinModule("node:fs").realpathSync(script) === path;
}

/** The arguments of the script that was run. */
export function scriptArguments(): readonly string[] {
  return currentRuntime().args();
}

/** Ends this process as another ended. */
export function endLike(
  end: { readonly code: number } | { readonly signal: string },
): void {
  if ("code" in end) return processEntry().exit(end.code);
  currentRuntime().raise(end.signal as CancelSignal);
}
