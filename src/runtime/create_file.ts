import { nodeProcess } from "./node/process_global.ts";

/**
 * Makes a file that whoever sees it sees whole: it is written beside, and renamed.
 *
 * @returns Whether it was made: `false` where there is one already, which stays.
 */
export async function createFile(path: string, bytes: Uint8Array): Promise<boolean> {
  const fs = nodeProcess().getBuiltinModule("node:fs/promises");
  if (await isThere(fs, path)) return false;
  const beside = `${path}.part`;
  try {
    await fs.writeFile(beside, bytes);
    await fs.rename(beside, path);
    return true;
  } catch (error) {
    // Half a file on a full disk would take room from the next attempt.
    await fs.rm(beside, { force: true }).catch(() => {});
    throw error;
  }
}

/** The bytes of a file. */
export async function readWholeFile(path: string): Promise<Uint8Array> {
  return await nodeProcess().getBuiltinModule("node:fs/promises").readFile(path);
}

async function isThere(
  fs: { access(path: string): Promise<void> },
  path: string,
): Promise<boolean> {
  try {
    await fs.access(path);
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return false;
    throw error;
  }
}
