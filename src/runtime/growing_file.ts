import { concatBytes } from "./bytes.ts";
import { nodeProcess } from "./node.ts";
import { toPipesError } from "./system_error.ts";

/** A file that another process appends to, in a folder of its own. */
export interface GrowingFile {
  readonly path: string;
  /** What came since the last call. */
  read(): Uint8Array;
  /** Removes the file and its folder. */
  remove(): void;
}

/** Makes an empty file for another process to append to. */
export function createGrowingFile(): GrowingFile {
  const process = nodeProcess();
  const fs = process.getBuiltinModule("node:fs");
  const parent = process.getBuiltinModule("node:os").tmpdir();
  let folder: string;
  try {
    folder = fs.mkdtempSync(`${parent}/dagster-pipes-`);
  } catch (cause) {
    throw toPipesError(
      "messages_unavailable",
      `Cannot make a folder in "${parent}" for the messages of the command`,
      cause,
    );
  }
  const path = `${folder}/messages`;
  fs.writeFileSync(path, "");
  const descriptor = fs.openSync(path, "r");
  const buffer = new Uint8Array(64 * 1024);
  return {
    path,
    read() {
      const parts: Uint8Array[] = [];
      for (;;) {
        const count = fs.readSync(descriptor, buffer, 0, buffer.length, null);
        if (count === 0) break;
        parts.push(buffer.slice(0, count));
      }
      return concatBytes(parts);
    },
    remove() {
      fs.closeSync(descriptor);
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}
