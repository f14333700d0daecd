import * as fs from "node:fs/promises";
import { systemErrorCode } from "../runtime/system_error.ts";

/**
 * Creates a file that is complete as soon as another process sees it: it is written under another
 * name, and renamed. Only one process at a time can have the other name.
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
      // A part of a file would take space on a full disk from the next attempt.
      await fs.rm(partPath, { force: true }).catch(() => {});
      throw error;
    }
    if (await exists(path)) return false;
    throw new Error(`${partPath} exists: a process is writing it, or was killed meanwhile`);
  }
}

async function exists(path: string): Promise<boolean> {
  return await fs.access(path).then(() => true, (error) => {
    if (systemErrorCode(error) === "ENOENT") return false;
    throw error;
  });
}
