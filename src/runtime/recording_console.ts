import { nodeProcess } from "./node.ts";

type Print = (...args: unknown[]) => void;

/**
 * A `console` of Node's kind, which all three runtimes have, that prints into memory: given each
 * call that the real one gets, it tells what that prints. Of timers and counters it knows what
 * happened since it is there.
 */
export class RecordingConsole {
  /**
   * The timers and counters that are there. Of one that is not, the real console warns, by `warn`.
   */
  readonly #labels = new Set<string>();
  #text = "";
  #console: Record<string, Print> | undefined;

  /** What the real one prints for a call, without the last line end. */
  textOf(method: string, args: readonly unknown[]): string {
    try {
      if (!this.#keepsLabels(method, args[0])) return "";
      const text = this.#printed(method, args);
      if (method !== "trace" || args.length === 0) return text;
      // Bun's leaves out the message.
      const frames = text.search(/\n\s+at /);
      return `Trace: ${this.#printed("log", args)}${frames < 0 ? "" : text.slice(frames)}`;
    } catch {
      // The real one printed it, so this must not fail.
      return "";
    }
  }

  #printed(method: string, args: readonly unknown[]): string {
    this.#text = "";
    this.#console ??= this.#make();
    this.#console[method]?.(...args);
    return this.#text.replace(/\n$/, "");
  }

  #keepsLabels(method: string, label: unknown = "default"): boolean {
    switch (method) {
      case "time":
        return this.#labels.size !== this.#labels.add(`timer ${label}`).size;
      case "timeLog":
        return this.#labels.has(`timer ${label}`);
      case "timeEnd":
        return this.#labels.delete(`timer ${label}`);
      case "count":
        this.#labels.add(`counter ${label}`);
        return true;
      case "countReset":
        return this.#labels.delete(`counter ${label}`);
      default:
        return true;
    }
  }

  #make(): Record<string, Print> {
    const process = nodeProcess();
    const { Writable } = process.getBuiltinModule("node:stream");
    const { Console } = process.getBuiltinModule("node:console");
    const stream = new Writable({
      decodeStrings: false,
      write: (text, _, done) => {
        this.#text += text;
        done();
      },
    });
    const console = new Console({ stdout: stream, stderr: stream, colorMode: false });
    return console as unknown as Record<string, Print>;
  }
}
