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
  let part: fs.FileHandle;
  try {
    part = await fs.open(partPath, "wx");
  } catch (error) {
    if (systemErrorCode(error) !== "EEXIST") throw error;
    if (await exists(path)) return false;
    throw new Error(`${partPath} exists: a process is writing it, or was killed meanwhile`);
  }
  try {
    // From now on, only this process can create the file.
    const isNew = !await exists(path);
    if (isNew) await part.writeFile(bytes);
    await part.close();
    if (isNew) await fs.rename(partPath, path);
    else await fs.rm(partPath);
    return isNew;
  } catch (error) {
    // A part of a file would take space on a full disk from the next attempt.
    await part.close().catch(() => {});
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
