import type { StoredError } from "./harness.ts";
import type { Held } from "./held.ts";
import { PythonProcess } from "./python_process.ts";

/** A metadata value as the handler holds it. */
export interface HeldMetadataValue {
  readonly class: string;
  readonly tree: Held;
  /** What comes back from Dagster's storage, where that is another value. */
  readonly stored?: Held;
  /** Why it cannot be stored at all. */
  readonly unstorable?: string;
}

type HeldMetadata = Readonly<Record<string, HeldMetadataValue>>;

/** Something that the handler took. */
export type HeldMessage =
  | {
    readonly kind: "materialization";
    readonly assetKey: readonly string[];
    readonly dataVersion: string | null;
    readonly metadata: HeldMetadata;
  }
  | {
    readonly kind: "check";
    readonly assetKey: readonly string[];
    readonly checkName: string;
    readonly passed: boolean;
    readonly severity: string;
    readonly metadata: HeldMetadata;
  }
  | { readonly kind: "custom"; readonly payload: Held }
  | { readonly kind: "log"; readonly level: string; readonly message: string }
  | {
    readonly kind: "event";
    readonly message: string;
    readonly error: StoredError | null;
  }
  | {
    readonly kind: "stream";
    readonly stream: "stdout" | "stderr";
    readonly text: string;
  };

/** What became of one line. */
export interface Verdict {
  /** Whether the reader would have lived on. */
  readonly taken: boolean;
  /** The class and text of the error that would have ended the reader. */
  readonly error?: string;
  /** What this line added to what Dagster holds. */
  readonly held: readonly HeldMessage[];
  /** How often the session was opened and closed so far. */
  readonly opened: number;
  readonly closed: number;
  /** False where a lone surrogate was taken, which breaks those who read it later. */
  readonly wellFormed: boolean;
}

/** Dagster's real message handler, fed with single lines. Thousands of lines a second. */
export class Judge {
  readonly version: string;
  readonly #process: PythonProcess;

  private constructor(process: PythonProcess, version: string) {
    this.#process = process;
    this.version = version;
  }

  static async start(): Promise<Judge> {
    const [process, greeting] = await PythonProcess.start("judge.py");
    return new Judge(process, (greeting as { dagster: string }).dagster);
  }

  /**
   * Gives a line, with its newline, to the handler. Many may be asked at once: they are judged in
   * order.
   */
  async line(line: string | Uint8Array): Promise<Verdict> {
    const bytes = typeof line === "string" ? new TextEncoder().encode(line) : line;
    const header = new TextEncoder().encode(`LINE ${bytes.length}\n`);
    const frame = new Uint8Array(header.length + bytes.length);
    frame.set(header);
    frame.set(bytes, header.length);
    return await this.#process.ask(frame) as Verdict;
  }

  /** Begins a new session: a handler that holds nothing and is neither opened nor closed. */
  async reset(): Promise<void> {
    await this.#process.ask(new TextEncoder().encode("RESET\n"));
  }

  close(): Promise<void> {
    return this.#process.close();
  }
}
