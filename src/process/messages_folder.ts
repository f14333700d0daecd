import { DagsterPipesError } from "../errors.ts";
import { currentRuntime } from "../runtime/current.ts";
import { nodeProcess } from "../runtime/node/process_global.ts";
import { toPipesError } from "../runtime/system_error.ts";

/** What the files of messages in the folder begin with. */
const PREFIX = "messages";

/** How much of a file is read at once, in bytes. */
const CHUNK = 64 * 1024;

/** A folder of this process, with files that other processes append their messages to. */
export class MessagesFolder {
  readonly path: string;
  readonly #disk: Disk;
  readonly #files = new Map<string, OpenFile>();
  /** How much of each file was read. */
  readonly #positions = new Map<string, number>();
  /** A buffer that nobody was given: most looks find nothing. */
  #unused: Uint8Array<ArrayBuffer> | undefined;

  /** Makes the folder, for this user alone. */
  constructor() {
    this.#disk = currentRuntime().name === "deno" ? denoDisk(globalThis.Deno) : nodeDisk();
    const parent = this.#disk.temporaryFolder();
    try {
      this.path = this.#disk.makeFolder(parent, "dagster-pipes-");
    } catch (cause) {
      throw cannotUse(parent, cause);
    }
    try {
      this.#disk.writeText(this.sharedFile, "");
    } catch (cause) {
      try {
        this.remove();
      } catch {
        // It is the cause that somebody can do something about.
      }
      throw cannotUse(parent, cause);
    }
  }

  /** The file for all who do not make one of their own. */
  get sharedFile(): string {
    return `${this.path}/${PREFIX}`;
  }

  /** Puts a file of text into the folder, and gives its path. */
  write(name: string, text: string): string {
    const path = `${this.path}/${name}`;
    this.#disk.writeText(path, text);
    return path;
  }

  /** What came since the last call, in pieces, each with the name of its file. */
  *read(): Generator<readonly [file: string, bytes: Uint8Array]> {
    for (const name of this.#names()) {
      if (!name.startsWith(PREFIX)) continue;
      const file = this.#fileOf(name);
      for (;;) {
        const buffer = this.#unused ?? new Uint8Array(CHUNK);
        const count = file.read(buffer);
        this.#unused = count === 0 ? buffer : undefined;
        const position = this.#positions.get(name) ?? 0;
        if (count === 0) {
          if (file.size() < position) throw cutShort(name);
          break;
        }
        this.#positions.set(name, position + count);
        yield [name, buffer.subarray(0, count)];
      }
    }
  }

  #names(): string[] {
    try {
      // Their names say when they were made, and those of one look are to be read in that order.
      return this.#disk.namesIn(this.path).sort();
    } catch (cause) {
      const action = "Cannot read the messages of the command any more";
      throw toPipesError("messages_unavailable", action, cause);
    }
  }

  /** Removes the folder. */
  remove(): void {
    for (const file of this.#files.values()) file.close();
    this.#files.clear();
    this.#disk.remove(this.path);
  }

  #fileOf(name: string): OpenFile {
    const known = this.#files.get(name);
    if (known !== undefined) return known;
    const file = this.#disk.open(`${this.path}/${name}`);
    this.#files.set(name, file);
    return file;
  }
}

/** What a folder of messages needs of the file system. */
interface Disk {
  /** Where the folder is to be made. */
  temporaryFolder(): string;
  /** Makes a folder whose name begins so, for this user alone, and gives its path. */
  makeFolder(parent: string, prefix: string): string;
  writeText(path: string, text: string): void;
  namesIn(folder: string): string[];
  open(path: string): OpenFile;
  /** Removes a folder with all that is in it, if it is there. */
  remove(folder: string): void;
}

/** A file that is read from its start to its end, wherever that is by then. */
interface OpenFile {
  /** Fills bytes, and says how many: none at the end. */
  read(bytes: Uint8Array): number;
  size(): number;
  close(): void;
}

function nodeDisk(): Disk {
  const process = nodeProcess();
  const fs = process.getBuiltinModule("node:fs");
  return {
    temporaryFolder: () => process.getBuiltinModule("node:os").tmpdir(),
    makeFolder: (parent, prefix) => fs.mkdtempSync(`${parent}/${prefix}`),
    writeText: (path, text) => fs.writeFileSync(path, text),
    namesIn: (folder) => fs.readdirSync(folder),
    open(path) {
      const descriptor = fs.openSync(path, "r");
      return {
        read: (bytes) => fs.readSync(descriptor, bytes, 0, bytes.length, null),
        size: () => fs.fstatSync(descriptor).size,
        close: () => fs.closeSync(descriptor),
      };
    },
    remove: (folder) => fs.rmSync(folder, { recursive: true, force: true }),
  };
}

/** By Deno's own means: to load Node's modules takes 15 ms. */
function denoDisk(deno: typeof Deno): Disk {
  return {
    temporaryFolder: () => currentRuntime().env("TMPDIR") || "/tmp",
    makeFolder: (dir, prefix) => deno.makeTempDirSync({ dir, prefix }),
    writeText: (path, text) => deno.writeTextFileSync(path, text),
    namesIn: (folder) => Array.from(deno.readDirSync(folder), ({ name }) => name),
    open(path) {
      const file = deno.openSync(path);
      return {
        read: (bytes) => file.readSync(bytes) ?? 0,
        size: () => file.statSync().size,
        close: () => file.close(),
      };
    },
    remove(folder) {
      try {
        deno.removeSync(folder, { recursive: true });
      } catch (error) {
        if (!(error instanceof deno.errors.NotFound)) throw error;
      }
    },
  };
}

function cutShort(name: string): DagsterPipesError {
  const text =
    `Messages are lost: the file "${name}" of the launcher was cut while it was written. ` +
    "Check what the command does with the folder that DAGSTER_PIPES_MESSAGES leads to";
  return new DagsterPipesError("messages_unavailable", text);
}

function cannotUse(parent: string, cause: unknown): Error {
  const action = `Cannot make a folder in "${parent}" for the messages of the command`;
  return toPipesError("messages_unavailable", action, cause);
}
