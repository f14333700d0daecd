import { DagsterPipesError } from "../errors.ts";
import { type NodeProcess, nodeProcess } from "./node.ts";
import { toPipesError } from "./system_error.ts";

/** What the files of messages in the folder begin with. */
const PREFIX = "messages";

/** How much of a file is read at once, in bytes. */
const CHUNK = 64 * 1024;

/** A folder of this process, with files that other processes append their messages to. */
export class MessagesFolder {
  readonly path: string;
  readonly #fs: ReturnType<typeof fileSystem>;
  readonly #descriptors = new Map<string, number>();
  /** How much of each file was read. */
  readonly #positions = new Map<string, number>();

  /** Makes the folder, for this user alone. */
  constructor() {
    const process = nodeProcess();
    const parent = process.getBuiltinModule("node:os").tmpdir();
    this.#fs = fileSystem(process);
    try {
      this.path = this.#fs.mkdtempSync(`${parent}/dagster-pipes-`);
    } catch (cause) {
      throw cannotUse(parent, cause);
    }
    try {
      this.#fs.writeFileSync(this.sharedFile, "");
    } catch (cause) {
      this.remove();
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
    this.#fs.writeFileSync(path, text);
    return path;
  }

  /** What came since the last call, in pieces, each with the name of its file. */
  *read(): Generator<readonly [file: string, bytes: Uint8Array]> {
    for (const name of this.#names()) {
      if (!name.startsWith(PREFIX)) continue;
      const descriptor = this.#descriptorOf(name);
      for (;;) {
        const buffer = new Uint8Array(CHUNK);
        const count = this.#fs.readSync(descriptor, buffer, 0, CHUNK, null);
        const position = this.#positions.get(name) ?? 0;
        if (count === 0) {
          if (this.#fs.fstatSync(descriptor).size < position) throw cutShort(name);
          break;
        }
        this.#positions.set(name, position + count);
        yield [name, buffer.subarray(0, count)];
      }
    }
  }

  #names(): readonly string[] {
    try {
      // Their names say when they were made, and those of one look are to be read in that order.
      return this.#fs.readdirSync(this.path).sort();
    } catch (cause) {
      const action = "Cannot read the messages of the command any more";
      throw toPipesError("messages_unavailable", action, cause);
    }
  }

  /** Removes the folder. */
  remove(): void {
    for (const descriptor of this.#descriptors.values()) this.#fs.closeSync(descriptor);
    this.#descriptors.clear();
    this.#fs.rmSync(this.path, { recursive: true, force: true });
  }

  #descriptorOf(name: string): number {
    const known = this.#descriptors.get(name);
    if (known !== undefined) return known;
    const descriptor = this.#fs.openSync(`${this.path}/${name}`, "r");
    this.#descriptors.set(name, descriptor);
    return descriptor;
  }
}

function fileSystem(process: NodeProcess) {
  return process.getBuiltinModule("node:fs");
}

function cutShort(name: string): DagsterPipesError {
  const text = `Messages are lost: the file "${name}" of the launcher was cut while it was written`;
  return new DagsterPipesError("messages_unavailable", text);
}

function cannotUse(parent: string, cause: unknown): Error {
  const action = `Cannot make a folder in "${parent}" for the messages of the command`;
  return toPipesError("messages_unavailable", action, cause);
}
