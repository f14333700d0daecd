import fs from "node:fs";
import os from "node:os";
import { resolve } from "node:path";
import process from "node:process";
import { DagsterPipesError } from "../errors.ts";
import { SESSION_LINE_START, withLauncher } from "../protocol/launcher_params.ts";
import type { PipesParams } from "../protocol/types.ts";
import { printNoticeInTime } from "../runtime/output_stream.ts";
import { systemErrorCode, toPipesError } from "../runtime/system_error.ts";
import { LineSplitter } from "./line_splitter.ts";

const MESSAGES_NAME = "messages";

const POLL_INTERVAL_MS = 20;

/** How long one look at the file may keep everything else waiting. */
const MAX_LOOK_MS = 20;

/** How often a call that fails is tried again at the end. */
const MAX_ATTEMPTS = 50;

const READ_BUFFER_BYTES = 64 * 1024;

/** The limit of a line, so that it does not fill the memory. Unpacked params have the same one. */
const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;

const LINE_START_BYTE = SESSION_LINE_START.charCodeAt(0);
const SPACE_BYTE = 0x20;
const LINE_FEED_BYTE = 0x0a;

const decoder = new TextDecoder();

/**
 * Takes a line and the id of its session, which is `""` for lines of other programs. The line has a
 * line end unless it is half a line. Its bytes are overwritten later. Nothing more is read until
 * the promise settles.
 */
export type LineTaker = (sessionId: string, line: Uint8Array) => void | Promise<void>;

/**
 * A temporary folder for the messages of a command. All processes append to one file, which keeps
 * the order of their messages. Only that file is read: nothing else that the command puts into the
 * folder can block this process.
 */
export class MessagesFolder {
  readonly path: string;
  readonly #file: string;
  readonly #takeLine: LineTaker;
  readonly #descriptor: number;
  readonly #inode: number;
  readonly #splitter = new LineSplitter(MAX_MESSAGE_BYTES);
  readonly #buffer = new Uint8Array(READ_BUFFER_BYTES);
  #position = 0;
  #isFinishing = false;
  #wake = (): void => {};
  #isUnreadable = false;
  readonly #polling: Promise<void>;

  /** Makes the folder, for this user alone, and starts to read. `finish` throws what fails. */
  constructor(takeLine: LineTaker) {
    this.#takeLine = takeLine;
    // The command may run in another folder.
    const parent = resolve(os.tmpdir());
    let path: string | undefined;
    try {
      this.path = path = fs.mkdtempSync(`${parent}/dagster-pipes-`);
      this.#file = `${path}/${MESSAGES_NAME}`;
      this.#descriptor = fs.openSync(this.#file, "wx+");
      this.#inode = fs.fstatSync(this.#descriptor).ino;
    } catch (cause) {
      if (path !== undefined) void removeFolder(path);
      const variable = process.platform === "win32" ? "TEMP" : "TMPDIR";
      const action = `Cannot make a folder in "${parent}" for the messages of the command ` +
        `(set ${variable} to use another folder)`;
      throw toPipesError("messages_unavailable", action, cause);
    }
    this.#polling = this.#pollUntilFinished();
    this.#polling.catch(() => {});
  }

  /** The params that lead sessions to the file. Those of this package mark their lines there. */
  messagesParams(hasContextFile: boolean, isShared: boolean): PipesParams {
    return withLauncher({ path: this.#file }, { pid: process.pid, hasContextFile, isShared });
  }

  /** Writes a file into the folder, and returns its path. */
  write(name: string, text: string): string {
    const file = `${this.path}/${name}`;
    fs.writeFileSync(file, text);
    return file;
  }

  /** Reads now instead of at the next interval. */
  poll(): void {
    this.#wake();
  }

  /**
   * Takes the rest of the messages, half a line too, and removes the folder.
   *
   * @param signal Aborted when the time is over.
   */
  async finish(signal?: AbortSignal): Promise<void> {
    this.#isFinishing = true;
    this.#wake();
    try {
      await this.#polling;
      await this.#readRest(signal);
    } finally {
      // The messages stay if they cannot be read.
      if (this.#isUnreadable) fs.close(this.#descriptor, () => {});
      else await removeFolder(this.path, this.#descriptor);
    }
  }

  async #pollUntilFinished(): Promise<void> {
    while (!this.#isFinishing) {
      const isAtEnd = await this.#look(Infinity);
      await this.#sleep(isAtEnd ? POLL_INTERVAL_MS : 0);
    }
  }

  async #sleep(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const timer = setTimeout(resolve, ms);
    await promise;
    clearTimeout(timer);
  }

  async #readRest(signal: AbortSignal | undefined): Promise<void> {
    // Not what is written later: a process that was left behind may write forever.
    const { size } = await this.#insist(() => fs.fstatSync(this.#descriptor));
    while (!await this.#look(size)) {
      if (signal?.aborted === true) {
        const what = `the time was over with ${size - this.#position} bytes of them unread`;
        throw new DagsterPipesError("messages_unavailable", `Messages are lost: ${what}`);
      }
      // Lets signals and timers run.
      await this.#sleep(0);
    }
    const rest = this.#splitter.rest();
    if (rest.length > 0) await this.#take(rest);
    this.#requireSameFile();
  }

  /** Reads for a short time, at most up to a position. Returns whether it reached the end. */
  async #look(end: number): Promise<boolean> {
    for (const until = performance.now() + MAX_LOOK_MS; performance.now() < until;) {
      const bytes = await this.#readNext(end);
      if (bytes.length === 0) return true;
      for (const line of this.#splitter.push(bytes)) await this.#take(line);
    }
    return false;
  }

  async #readNext(end: number): Promise<Uint8Array> {
    const most = Math.max(0, Math.min(READ_BUFFER_BYTES, end - this.#position));
    const count = await this.#insist(() =>
      fs.readSync(this.#descriptor, this.#buffer, 0, most, this.#position)
    );
    if (count === 0) {
      const { size } = await this.#insist(() => fs.fstatSync(this.#descriptor));
      if (size < this.#position) throw lost("cut while it was written");
    }
    this.#position += count;
    return this.#buffer.subarray(0, count);
  }

  /** Repeats a call until it succeeds: one error of the system must not lose all messages. */
  async #insist<T>(call: () => T): Promise<T> {
    for (let attempts = 0;; attempts++) {
      try {
        return call();
      } catch (cause) {
        if (this.#isFinishing && attempts >= MAX_ATTEMPTS) {
          this.#isUnreadable = true;
          const action = `Cannot read the messages of the command, which stay in "${this.#file}"`;
          throw toPipesError("messages_unavailable", action, cause);
        }
      }
      await this.#sleep(POLL_INTERVAL_MS);
    }
  }

  async #take(line: Uint8Array): Promise<void> {
    const start = line.lastIndexOf(LINE_START_BYTE);
    const other = start < 0 ? line : line.subarray(0, line.indexOf(LINE_START_BYTE));
    if (other.length > 0) await this.#takeLine("", other);
    // Half a line of a session is dropped: its writer has failed or ended, or wrote it again.
    if (start < 0 || line.at(-1) !== LINE_FEED_BYTE) return;
    const idEnd = line.indexOf(SPACE_BYTE, start);
    await this.#takeLine(decoder.decode(line.subarray(start + 1, idEnd)), line.subarray(idEnd + 1));
  }

  /** Checks that the path still leads to the file that was read. */
  #requireSameFile(): void {
    let there: fs.Stats;
    try {
      there = fs.lstatSync(this.#file);
    } catch (error) {
      if (systemErrorCode(error) === "ENOENT") throw lost("removed");
      return;
    }
    if (there.ino !== this.#inode) throw lost("replaced");
  }
}

/** Closes the file and removes the folder. A folder that stays is not a failure of the command. */
async function removeFolder(path: string, descriptor?: number): Promise<void> {
  try {
    // Windows does not remove a file that is open.
    if (descriptor !== undefined) fs.closeSync(descriptor);
    for (const entry of fs.readdirSync(path, { withFileTypes: true })) {
      fs.rmSync(`${path}/${entry.name}`, { recursive: entry.isDirectory(), force: true });
    }
    fs.rmdirSync(path);
  } catch (error) {
    await printNoticeInTime(`Cannot remove the temporary folder "${path}": ${error}`);
  }
}

function lost(what: string): DagsterPipesError {
  return new DagsterPipesError(
    "messages_unavailable",
    `Messages are lost: the file "${MESSAGES_NAME}" of the launcher was ${what}. ` +
      "Check what the command does with the folder that DAGSTER_PIPES_MESSAGES leads to",
  );
}
