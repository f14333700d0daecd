import { nodeProcess } from "../runtime/node/process_global.ts";

/** Folders whose files no program is written in, by their names. */
const LEFT_OUT = /^(?:\..*|node_modules|dist|build|target|__pycache__)$/;

/** How long changes that belong together may be apart, in milliseconds. */
const TOGETHER = 100;

/**
 * Waits for a change of a file in a folder, and of those below it but for what is hidden or
 * installed. Rejects where the folder cannot be watched.
 *
 * @param isWatched Whether a change of a file counts, by its name.
 * @param signal Ends the wait.
 */
export async function nextChange(
  folder: string,
  isWatched: (name: string) => boolean,
  signal?: AbortSignal,
): Promise<void> {
  const fs = nodeProcess().getBuiltinModule("node:fs");
  const watchers: { close(): void }[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const watch = (path: string): void => {
        const watcher = fs.watch(path, (_, name) => {
          if (name === null || !isWatched(name)) return;
          clearTimeout(timer);
          timer = setTimeout(resolve, TOGETHER);
        });
        watcher.on("error", reject);
        watchers.push(watcher);
        for (const entry of fs.readdirSync(path, { withFileTypes: true })) {
          if (entry.isDirectory() && !LEFT_OUT.test(entry.name)) watch(`${path}/${entry.name}`);
        }
      };
      signal?.addEventListener("abort", () => resolve());
      watch(folder);
    });
  } finally {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  }
}
