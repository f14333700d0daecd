/**
 * Runs one measured process.
 *
 * @module
 */

/** What a process told about itself, or what was seen of it from outside. */
export interface Sample {
  /** The time that is measured, in ms. */
  readonly ms: number;
  /** The most memory that the process held, in MB, where it told. */
  readonly memory?: number;
}

/** A command, and what Dagster gives it. */
export interface Launch {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

async function run(
  { command, env }: Launch,
): Promise<{ out: string; ms: number }> {
  const [program, ...args] = command;
  const start = performance.now();
  const output = await new Deno.Command(program!, {
    args,
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const ms = performance.now() - start;
  const text = new TextDecoder();
  if (!output.success) {
    throw new Error(
      `Cannot measure "${command.join(" ")}": exit code ${output.code}\n${
        text.decode(output.stderr)
      }`,
    );
  }
  return { out: text.decode(output.stdout), ms };
}

/** The time from spawn to exit. */
export async function wholeProcess(launch: Launch): Promise<Sample> {
  return { ms: (await run(launch)).ms };
}

/** What a program told of itself on stdout. */
export async function ownAccount(launch: Launch): Promise<Sample> {
  const { out } = await run(launch);
  return JSON.parse(out.trim().split("\n").at(-1)!);
}

/**
 * The time from spawn to the first message. The system wakes this process when the messages file is
 * written to: looking at it again and again would cost the measured process half of a small machine.
 */
export class FirstMessage {
  readonly path: string;
  #arrived: ((at: number) => void) | undefined;

  /** @param path Of the messages file, which is made. */
  constructor(path: string) {
    this.path = path;
    Deno.writeTextFileSync(path, "");
    void this.#watch();
  }

  async #watch(): Promise<void> {
    for await (const _ of Deno.watchFs(this.path)) {
      const at = performance.now();
      if (!Deno.readTextFileSync(this.path).includes('"opened"')) continue;
      this.#arrived?.(at);
      this.#arrived = undefined;
    }
  }

  /** Runs a process and times its first message. */
  async time(launch: Launch): Promise<Sample> {
    Deno.truncateSync(this.path);
    const first = new Promise<number>((resolve) => this.#arrived = resolve);
    const start = performance.now();
    const ended = run(launch);
    const ms = await Promise.race([
      first,
      ended.then(() =>
        new Promise<number>((_, reject) =>
          setTimeout(() => reject(new Error("no message came")), 1000)
        )
      ),
    ]) - start;
    await ended;
    return { ms };
  }
}
