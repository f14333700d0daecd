import { deflateSync } from "node:zlib";
import { dirname, join } from "node:path";
import { PROGRAMS_DIR, runtimeCommand, type RuntimeName } from "../tools/setup.ts";

export { PROGRAMS_DIR, runtimeCommand, type RuntimeName, RUNTIMES } from "../tools/setup.ts";

/** One message as it stood in the messages, numbers as JavaScript reads them. */
export interface Message {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** How a program is launched; everything has Dagster's ordinary choice as its default. */
export interface LaunchOptions {
  readonly args?: readonly string[];
  /** The context as data, or as the text of the file where the exact bytes matter. */
  readonly context?: unknown;
  /** `null` leaves the variable out; anything else is put there as it stands. */
  readonly contextVariable?: string | null;
  /** `null` leaves the variable out; anything else is put there as it stands. */
  readonly messagesVariable?: string | null;
  /** In place of `{ path }`, encoded. */
  readonly messagesParams?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  /** In place of the runtime and its flags. */
  readonly command?: readonly string[];
  /** What stands before the runtime, such as a shell that sets a limit. */
  readonly under?: readonly string[];
  /** Where the context and messages files are made, in place of a new temporary folder. */
  readonly folder?: string;
  /** Waits this many milliseconds after each piece of stderr. */
  readonly slowStderr?: number;
}

/** What became of a program, and all that it wrote. */
export interface Outcome {
  readonly code: number;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The text of the messages file, byte for byte; `""` where there is none. */
  readonly raw: string;
  readonly messagesPath: string;
  readonly contextPath: string;
}

/** The context of a step with one asset, as Dagster writes it. */
export const ONE_ASSET: Readonly<Record<string, unknown>> = {
  "asset_keys": ["orders"],
  "code_version_by_asset_key": { "orders": "v1" },
  "provenance_by_asset_key": { "orders": null },
  "partition_key": null,
  "partition_key_range": null,
  "partition_time_window": null,
  "run_id": "7f3c6a52-0000-4000-8000-000000000001",
  "job_name": "__ASSET_JOB",
  "retry_number": 0,
  "extras": {},
};

/** Both parameters of Dagster are encoded like this: JSON, zlib, base64. */
export function encodeParams(params: unknown): string {
  return encodeText(JSON.stringify(params));
}

/** The last two steps of the encoding, for text that is not what it should be. */
export function encodeText(text: string | Uint8Array): string {
  return deflateSync(text).toString("base64");
}

/** A context with some of its fields changed. */
export function contextWith(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { ...ONE_ASSET, ...fields };
}

/**
 * Runs a program of `tests/programs` as Dagster's subprocess client would, and waits for its end.
 */
export async function launch(
  runtime: RuntimeName,
  program: string,
  options: LaunchOptions = {},
): Promise<Outcome> {
  const folder = options.folder ?? Deno.makeTempDirSync({ prefix: "pipes-behaviour-" });
  const contextPath = join(folder, "context");
  const messagesPath = join(folder, "messages");
  try {
    const context = options.context ?? ONE_ASSET;
    Deno.writeTextFileSync(
      contextPath,
      typeof context === "string" ? context : JSON.stringify(context),
    );
    const env = {
      ...ambient(),
      ...variable("DAGSTER_PIPES_CONTEXT", options.contextVariable, { path: contextPath }),
      ...variable(
        "DAGSTER_PIPES_MESSAGES",
        options.messagesVariable,
        options.messagesParams ?? { path: messagesPath },
      ),
      ...options.env,
    };
    const argv = [
      ...(options.under ?? []),
      ...(options.command ?? runtimeCommand(runtime)),
      join(PROGRAMS_DIR, program),
      ...(options.args ?? []),
    ];
    const ended = await run(argv, env, options.slowStderr ?? 0);
    return { ...ended, raw: readIfThere(messagesPath), messagesPath, contextPath };
  } finally {
    if (options.folder === undefined) {
      Deno.removeSync(folder, { recursive: true });
    }
  }
}

/** How long a program may take before it is taken for hanging. */
const PATIENCE_MS = 90_000;

async function run(
  argv: readonly string[],
  env: Record<string, string>,
  slowStderr: number,
): Promise<Pick<Outcome, "code" | "signal" | "stdout" | "stderr">> {
  const [command, ...args] = argv;
  const child = new Deno.Command(command ?? "", {
    args,
    env,
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
  try {
    const [stdout, stderr, status] = await Promise.all([
      textOf(child.stdout, 0),
      textOf(child.stderr, slowStderr),
      child.status,
    ]);
    return { code: status.code, signal: status.signal, stdout, stderr };
  } finally {
    clearTimeout(timer);
  }
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

/**
 * The environment of the tests, without a session's own variables and without what would colour or
 * add to the output.
 */
function ambient(): Record<string, string> {
  const env = Deno.env.toObject();
  delete env.DAGSTER_PIPES_CONTEXT;
  delete env.DAGSTER_PIPES_MESSAGES;
  delete env.FORCE_COLOR;
  return { ...env, NO_COLOR: "1", NODE_NO_WARNINGS: "1", DENO_NO_UPDATE_CHECK: "1" };
}

function variable(
  name: string,
  given: string | null | undefined,
  params: unknown,
): Record<string, string> {
  if (given === null) return {};
  return { [name]: given ?? encodeParams(params) };
}

function readIfThere(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}

/** A folder with a name like those of Python's `tempfile`, as Dagster makes one for each run. */
export function makeDagsterFolder(): string {
  const parent = dirname(Deno.makeTempFileSync());
  const letters = "abcdefghijklmnopqrstuvwxyz0123456789_";
  const random = Array.from(
    { length: 8 },
    () => letters[Math.floor(Math.random() * letters.length)],
  ).join("");
  const folder = join(parent, `tmp${random}`);
  Deno.mkdirSync(folder);
  return folder;
}
