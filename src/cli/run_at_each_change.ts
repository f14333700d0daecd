import { type FSWatcher, readdirSync, watch as watchFolder } from "node:fs";
import type { ExitStatus } from "../process/exit_status.ts";
import type { Watchdog } from "../process/watchdog.ts";
import { currentRuntime } from "../runtime/current.ts";
import { printNotice } from "../runtime/notice.ts";
import { systemErrorCode } from "../runtime/system_error.ts";

const SOURCE_FILE = /\.(?:[cm]?[jt]sx?|py|sh|sql|r|rb|go|rs|java|kt)$/i;

/** Hidden folders, and those of installed or built files. */
const IGNORED_FOLDER = /^(?:\..*|node_modules|dist|build|target|__pycache__)$/;

/** How long to wait for more changes of the same edit. */
const DEBOUNCE_MS = 100;

/**
 * Runs a command, and again whenever a source file in a folder changes, until a run is cancelled. If
 * the folder cannot be watched, there is one run.
 */
export async function runAtEachChange(
  folder: string,
  makeWatchdog: () => Watchdog,
  run: (watchdog: Watchdog) => Promise<ExitStatus>,
): Promise<ExitStatus> {
  const reported = new Set<string>();
  // Reports one folder per reason: a limit of the system affects many.
  const onError = (path: string, error: unknown): void => {
    const code = systemErrorCode(error);
    const reason = error instanceof Error ? error.message : String(error);
    const text = `warning: Cannot watch ${JSON.stringify(path)} and possibly more: ${reason}`;
    if (!reported.has(code)) printNotice(text);
    reported.add(code);
  };
  const { promise: interrupted, resolve: interrupt } = Promise.withResolvers<ExitStatus>();
  // Also between two runs: Deno loses a signal that arrives while its only listener is removed.
  const unlisten = (["SIGINT", "SIGTERM"] as const).map((signal) =>
    currentRuntime().onSignal(signal, () => interrupt({ signal }))
  );
  try {
    for (;;) {
      const watchdog = makeWatchdog();
      let isChanged = false;
      const sources = watchSources(folder, onError);
      sources.nextChange.then((hasChange) => {
        isChanged = hasChange;
        if (hasChange) watchdog.cancel("SIGINT");
      });
      try {
        const result = await run(watchdog);
        const isCancelled = watchdog.cancelledBy !== undefined && !isChanged;
        const next = await Promise.race([interrupted, isCancelled ? false : sources.nextChange]);
        if (next === false) return result;
        if (next !== true) return next;
      } finally {
        sources.close();
      }
    }
  } finally {
    for (const stop of unlisten) stop();
  }
}

/**
 * Watches the source files in a folder and below, with one watcher for each folder: a recursive one
 * of `node:fs` watches all installed files on Node 22 and 24, and on Deno and Node 24 it notices
 * nothing if it may not read one of the folders.
 *
 * @returns `nextChange` resolves to true at a change, or to false if no folder can be watched.
 */
export function watchSources(
  root: string,
  onError: (folder: string, error: unknown) => void,
): { readonly nextChange: Promise<boolean>; close(): void } {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const watchers = new Set<FSWatcher>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const fail = (folder: string, error: unknown): void => {
    const isRemoved = folder !== root && systemErrorCode(error) === "ENOENT";
    if (!isRemoved) onError(folder, error);
    if (watchers.size === 0) resolve(false);
  };
  const watch = (folder: string): void => {
    try {
      const watcher = watchFolder(folder, (_, name) => {
        if (name === null || !SOURCE_FILE.test(name)) return;
        clearTimeout(timer);
        timer = setTimeout(() => resolve(true), DEBOUNCE_MS);
      });
      watchers.add(watcher);
      watcher.on("error", (error) => {
        watchers.delete(watcher);
        fail(folder, error);
      });
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        if (!entry.isDirectory() || IGNORED_FOLDER.test(entry.name)) continue;
        watch(`${folder}/${entry.name}`);
      }
    } catch (error) {
      fail(folder, error);
    }
  };
  watch(root);
  return {
    nextChange: promise,
    close() {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}
