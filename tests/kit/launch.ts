import { assertEquals } from "@std/assert";
import { type Ended, run } from "./command.ts";
import { ONE_ASSET } from "./context.ts";
import { runtimeCommand, type RuntimeName } from "./installed.ts";
import { encodeParams } from "./params.ts";
import { PROGRAMS_DIR } from "./places.ts";
import { TempFolder } from "./temp_folder.ts";

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
  readonly folder?: TempFolder;
  /** Waits this many milliseconds after each piece of stderr. */
  readonly slowStderr?: number;
}

/** What became of a program, and all that it wrote. */
export interface Outcome extends Ended {
  /** The text of the messages file, byte for byte; `""` where there is none. */
  readonly raw: string;
  readonly contextPath: string;
}

/**
 * Runs a program of `tests/programs` as Dagster's subprocess client would, and waits for its end.
 */
export async function launch(
  runtime: RuntimeName,
  program: string,
  options: LaunchOptions = {},
): Promise<Outcome> {
  using own = options.folder === undefined ? new TempFolder() : undefined;
  const folder = options.folder ?? own!;
  const { command, env } = launched(runtime, program, options, folder);
  const { slowStderr } = options;
  const ended = await run(command, { env, clearEnv: true, slowStderr });
  return { ...ended, raw: rawMessages(folder), contextPath: contextIn(folder) };
}

/** The whole command of a program, and its whole environment. Writes its context. */
export function launched(
  runtime: RuntimeName,
  program: string,
  options: LaunchOptions,
  folder: TempFolder,
): { readonly command: readonly string[]; readonly env: Readonly<Record<string, string>> } {
  folder.write("context", options.context ?? ONE_ASSET);
  const env = {
    ...ambient(),
    ...variable("DAGSTER_PIPES_CONTEXT", options.contextVariable, { path: contextIn(folder) }),
    ...variable(
      "DAGSTER_PIPES_MESSAGES",
      options.messagesVariable,
      options.messagesParams ?? { path: messagesIn(folder) },
    ),
    ...options.env,
  };
  const command = [
    ...(options.under ?? []),
    ...(options.command ?? runtimeCommand(runtime)),
    `${PROGRAMS_DIR}/${program}`,
    ...(options.args ?? []),
  ];
  return { command, env };
}

/** The text of the messages file of a program; `""` where there is none. */
export function rawMessages(folder: TempFolder): string {
  try {
    return Deno.readTextFileSync(messagesIn(folder));
  } catch {
    return "";
  }
}

function contextIn({ path }: TempFolder): string {
  return `${path}/context`;
}

function messagesIn({ path }: TempFolder): string {
  return `${path}/messages`;
}

/** Launches a program that has to end with code 0. */
export async function launchWell(...args: Parameters<typeof launch>): Promise<Outcome> {
  const outcome = await launch(...args);
  assertEquals(outcome.code, 0, outcome.stderr.slice(-2000));
  return outcome;
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
