import * as fs from "node:fs/promises";
import { systemErrorCode } from "../runtime/system_error.ts";

/**
 * Creates a file that is complete as soon as another process sees it: it is written under another
 * name, and renamed.
 *
 * @returns `false` if there is a file already, which stays.
 */
export async function createFile(path: string, bytes: Uint8Array): Promise<boolean> {
  if (await exists(path)) return false;
  const partPath = `${path}.part`;
  try {
    await fs.writeFile(partPath, bytes);
    await fs.rename(partPath, path);
    return true;
  } catch (error) {
    // A part of a file would take space on a full disk from the next attempt.
    await fs.rm(partPath, { force: true }).catch(() => {});
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return await fs.access(path).then(() => true, (error) => {
    if (systemErrorCode(error) === "ENOENT") return false;
    throw error;
  });
}
