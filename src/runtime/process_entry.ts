import { currentRuntime } from "./current.ts";
import { denoRuntime } from "./deno/adapter.ts";
import { nodeProcess } from "./node/process_global.ts";

/** Whether a module is the one that was run. Older releases of Node 22 do not say. */
export function isMainModule(meta: ImportMeta): boolean {
  const { main, url } = meta as { main?: boolean; url: string };
  if (main !== undefined) return main;
  const process = nodeProcess();
  const script = process.argv[1];
  if (script === undefined || !url.startsWith("file:")) return false;
  const path = process.getBuiltinModule("node:url").fileURLToPath(url);
  return process.getBuiltinModule("node:fs").realpathSync(script) === path;
}

/** Imports a module by its path, from the current folder, or by its name. */
export async function importModule(specifier: string): Promise<Record<string, unknown>> {
  const { process } = globalThis;
  const isPath = specifier.startsWith(".") || specifier.startsWith("/");
  const { pathToFileURL } = process.getBuiltinModule("node:url");
  const { resolve } = process.getBuiltinModule("node:path");
  return await import(isPath ? pathToFileURL(resolve(specifier)).href : specifier);
}

/** Whether an error says that Deno does not let this process do what it needs. */
export function isMissingPermission(error: unknown): error is Error {
  const deno: typeof Deno | undefined = globalThis.Deno;
  return deno?.errors?.NotCapable !== undefined && error instanceof deno.errors.NotCapable;
}

/** The arguments of the script that was run. */
export function scriptArguments(): readonly string[] {
  return currentRuntime().args();
}

/** What options a command has: with a value, with several, or with none. */
export type OptionKinds = Readonly<Record<string, "text" | "texts" | "flag">>;

/** The values of options by their names, and what stands between them. */
export interface ReadOptions {
  /** All of each; an option without a value has `true` for one. */
  readonly values: Readonly<Record<string, readonly (string | boolean)[] | undefined>>;
  readonly positionals: readonly string[];
}

/** Reads options as Node's `parseArgs` does, and throws its error for what is none. */
export function readOptions(args: readonly string[], kinds: OptionKinds): ReadOptions {
  const { parseArgs } = nodeProcess().getBuiltinModule("node:util");
  const options = Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => [
      name,
      { type: kind === "flag" ? "boolean" : "string", multiple: true } as const,
    ]),
  );
  return parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
}

/** How long a signal has to end this process, in milliseconds. */
const SIGNAL_TAKES = 100;

/** Signals by which a runtime does something else than end: Node opens its debugger. */
const NO_ENDS: readonly string[] = ["SIGUSR1"];

/** Ends this process as another ended. */
export function endProcessLike(
  end: { readonly code: number } | { readonly signal: string },
): void {
  // To load Node's modules takes Deno 10 ms. This is how a runtime ends that is not supported too.
  if ("code" in end && denoRuntime() !== undefined) globalThis.Deno.exit(end.code);
  const process = nodeProcess();
  if ("code" in end) return process.exit(end.code);
  const numbers: Readonly<Partial<Record<string, number>>> =
    process.getBuiltinModule("node:os").constants.signals;
  const number = numbers[end.signal];
  try {
    if (!NO_ENDS.includes(end.signal)) process.kill(process.pid, end.signal);
  } catch {
    // A signal that the runtime does not know.
  }
  // Not every signal ends a process that sends it to itself: the first process of a container lives
  // through all of them, and runtimes ignore some. Then the code says what a shell would say of it.
  setTimeout(() => process.exit(number === undefined ? 1 : 128 + number), SIGNAL_TAKES);
}
