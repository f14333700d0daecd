import fs from "node:fs";
import os from "node:os";
import process from "node:process";
import { DagsterPipesError } from "../errors.ts";
import { withLauncher } from "../protocol/launcher_params.ts";
import type { PipesParams } from "../protocol/types.ts";
import { toPipesError } from "../runtime/system_error.ts";
import { LineSplitter } from "./line_splitter.ts";

/** The name of the file that sessions share, and the start of the names of all others. */
const MESSAGES_NAME = "messages";

const POLL_INTERVAL_MS = 20;

/** How long one poll may keep everything else waiting. */
const MAX_POLL_MS = 20;

const READ_BUFFER_BYTES = 64 * 1024;

/** A file of messages, as far as it was read. */
interface MessagesFile {
  readonly descriptor: number;
  readonly splitter: LineSplitter;
  position: number;
}

/** Takes a line of a file, with its line end unless it is half a line. The bytes are used again. */
export type LineTaker = (fileName: string, line: Uint8Array) => void;

/** A temporary folder for the messages of a command. */
export class MessagesFolder {
  readonly path: string;
  readonly #takeLine: LineTaker;
  readonly #files = new Map<string, MessagesFile>();
  readonly #buffer = new Uint8Array(READ_BUFFER_BYTES);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failure: { readonly error: unknown } | undefined;

  /** Makes the folder, for this user alone. */
  constructor(takeLine: LineTaker) {
    this.#takeLine = takeLine;
    const parent = os.tmpdir();
    try {
      this.path = fs.mkdtempSync(`${parent}/dagster-pipes-`);
    } catch (cause) {
      throw cannotUse(parent, cause);
    }
    try {
      this.write(MESSAGES_NAME, "");
    } catch (cause) {
      fs.rmdirSync(this.path);
      throw cannotUse(parent, cause);
    }
  }

  /** The params that lead sessions of this package to a file each, and all others to one. */
  messagesParams(hasContextFile: boolean, isShared: boolean): PipesParams {
    const launcher = { folder: this.path, pid: process.pid, hasContextFile, isShared };
    return withLauncher({ path: `${this.path}/${MESSAGES_NAME}` }, launcher);
  }

  /** Writes a file into the folder, and returns its path. */
  write(name: string, text: string): string {
    const path = `${this.path}/${name}`;
    fs.writeFileSync(path, text);
    return path;
  }

  /** Starts to poll for messages. A failure to read them is thrown by `finish`. */
  startPolling(): void {
    this.#timer = setTimeout(() => this.poll(), POLL_INTERVAL_MS);
  }

  /** Reads now instead of at the next poll. */
  poll(): void {
    clearTimeout(this.#timer);
    if (this.#failure !== undefined) return;
    try {
      this.#read(MAX_POLL_MS);
      this.startPolling();
    } catch (error) {
      this.#failure = { error };
    }
  }

  /** Takes the rest of the messages, half lines too, and removes the folder. */
  finish(): void {
    clearTimeout(this.#timer);
    try {
      if (this.#failure !== undefined) throw this.#failure.error;
      this.#read(Infinity);
      for (const [name, { splitter }] of this.#files) {
        const rest = splitter.rest();
        if (rest.length > 0) this.#takeLine(name, rest);
      }
    } finally {
      for (const { descriptor } of this.#files.values()) fs.closeSync(descriptor);
      fs.rmSync(this.path, { recursive: true, force: true });
    }
  }

  #read(maxMs: number): void {
    const until = performance.now() + maxMs;
    for (const name of this.#messagesNames()) {
      const file = this.#open(name);
      for (let bytes; (bytes = this.#readNext(name, file)).length > 0;) {
        for (const line of file.splitter.push(bytes)) this.#takeLine(name, line);
        if (performance.now() > until) return;
      }
    }
  }

  #readNext(name: string, file: MessagesFile): Uint8Array {
    const { descriptor, position } = file;
    const count = fs.readSync(descriptor, this.#buffer, 0, READ_BUFFER_BYTES, position);
    if (count === 0 && fs.fstatSync(descriptor).size < position) throw cutShort(name);
    file.position += count;
    return this.#buffer.subarray(0, count);
  }

  #messagesNames(): string[] {
    try {
      const names = fs.readdirSync(this.path);
      // Names begin with the time of creation, so that sessions are read in their order.
      return names.filter((name) => name.startsWith(MESSAGES_NAME)).sort();
    } catch (cause) {
      const action = "Cannot read the messages of the command any more";
      throw toPipesError("messages_unavailable", action, cause);
    }
  }

  #open(name: string): MessagesFile {
    const known = this.#files.get(name);
    if (known !== undefined) return known;
    const descriptor = fs.openSync(`${this.path}/${name}`, "r");
    const file = { descriptor, splitter: new LineSplitter(), position: 0 };
    this.#files.set(name, file);
    return file;
  }
}

function cutShort(name: string): DagsterPipesError {
  return new DagsterPipesError(
    "messages_unavailable",
    `Messages are lost: the file "${name}" of the launcher was cut while it was written. ` +
      "Check what the command does with the folder that DAGSTER_PIPES_MESSAGES leads to",
  );
}

function cannotUse(parent: string, cause: unknown): DagsterPipesError {
  const action = `Cannot make a folder in "${parent}" for the messages of the command`;
  return toPipesError("messages_unavailable", action, cause);
}
