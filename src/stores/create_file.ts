import * as fs from "node:fs/promises";
import { systemErrorCode } from "../runtime/system_error.ts";

/**
 * Creates a file that is complete when other processes see it: writes it under another name, which
 * one process at a time can have, and renames it.
 *
 * @returns `false` if there is a file already, which stays.
 */
export async function createFile(path: string, bytes: Uint8Array): Promise<boolean> {
  const partPath = `${path}.part`;
  try {
    await fs.writeFile(partPath, bytes, { flag: "wx" });
    // Until the other name is free again, only this process can create the file.
    const isNew = !await exists(path);
    await (isNew ? fs.rename(partPath, path) : fs.rm(partPath));
    return isNew;
  } catch (error) {
    if (systemErrorCode(error) !== "EEXIST") {
      // On a full disk, a part of a file would take space from the next attempt.
      await fs.rm(partPath, { force: true }).catch(() => {});
      throw error;
    }
    if (await exists(path)) return false;
    throw new Error(
      `${partPath} exists: another process is writing it, or was killed while it did. Remove it in that case`,
    );
  }
}

async function exists(path: string): Promise<boolean> {
  return await fs.access(path).then(() => true, (error) => {
    if (systemErrorCode(error) === "ENOENT") return false;
    throw error;
  });
}
