import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A temporary folder, which goes with the scope: `using folder = new TempFolder()`. */
export class TempFolder {
  /** Where it is. */
  readonly path: string;

  constructor(path: string = Deno.makeTempDirSync({ prefix: "pipes-" })) {
    this.path = Deno.realPathSync(path);
  }

  /** With a name like those of Python's `tempfile`, as Dagster makes one for each run. */
  static likeDagsters(): TempFolder {
    const letters = "abcdefghijklmnopqrstuvwxyz0123456789_";
    const random = Array.from({ length: 8 }, () => letters[Math.floor(Math.random() * 37)]);
    const path = join(tmpdir(), `tmp${random.join("")}`);
    Deno.mkdirSync(path);
    return new TempFolder(path);
  }

  /** Writes a file, and the folders above it: text, bytes, or anything else as JSON. */
  write(name: string, content: unknown): void {
    const file = join(this.path, name);
    Deno.mkdirSync(dirname(file), { recursive: true });
    if (content instanceof Uint8Array) return Deno.writeFileSync(file, content);
    const text = typeof content === "string" ? content : JSON.stringify(content);
    Deno.writeTextFileSync(file, text);
  }

  /** The text of a file. */
  read(name: string): string {
    return Deno.readTextFileSync(join(this.path, name));
  }

  /** Removes it. */
  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}
