import { assertEquals } from "@std/assert";

/** How a command is run. */
export interface CommandOptions {
  readonly cwd?: string;
  /** Variables besides those of the tests. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether `env` is all that the command gets. */
  readonly clearEnv?: boolean;
  /** What it reads. Default: nothing. */
  readonly stdin?: string;
  /** Waits this many milliseconds after each piece of stderr. */
  readonly slowStderr?: number | undefined;
  /** How many milliseconds it may take before it is taken for hanging. Default: 300,000. */
  readonly patience?: number;
}

/** How a command ended, and all that it printed. */
export interface Ended {
  readonly code: number;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end. */
export async function run(
  command: readonly string[],
  { stdin, slowStderr = 0, patience = 300_000, ...options }: CommandOptions = {},
): Promise<Ended> {
  const [program = "", ...args] = command;
  const child = new Deno.Command(program, {
    ...options,
    args,
    stdin: stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const timer = setTimeout(() => child.kill("SIGKILL"), patience);
  try {
    const [stdout, stderr, { code, signal }] = await Promise.all([
      textOf(child.stdout, 0),
      textOf(child.stderr, slowStderr),
      child.status,
      stdin === undefined ? undefined : ReadableStream.from([stdin])
        .pipeThrough(new TextEncoderStream()).pipeTo(child.stdin),
    ]);
    return { code, signal, stdout, stderr };
  } finally {
    clearTimeout(timer);
  }
}

/** Runs a command, which has to end well, and gives back what it printed on stdout. */
export async function runWell(
  command: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await run(command, options);
  assertEquals(code, 0, `${command.join(" ")} failed:\n${stdout}${stderr}`);
  return stdout;
}

async function textOf(stream: ReadableStream<Uint8Array>, pause: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of stream) {
    text += decoder.decode(bytes, { stream: true });
    if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
  }
  return text + decoder.decode();
}
