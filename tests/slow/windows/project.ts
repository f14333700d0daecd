/**
 * A user's folder on Windows: how its scripts end, and what they report.
 *
 * @module
 */
import { ONE_ASSET } from "../../kit/context.ts";
import { type Message, messagesOf } from "../../kit/messages.ts";
import { pipesEnv } from "../../kit/params.ts";
import { PROGRAMS_DIR, REPO_ROOT } from "../../kit/places.ts";
import { Project } from "../../kit/project.ts";
import { copyTree } from "../../tools/publish_copy.ts";
import {
  type ConsoleOptions,
  runAtConsole,
  type WindowsHost,
  windowsPath,
  windowsRuntime,
} from "./wine.ts";

/** The command line of the npm package. */
export const CLI: string = windowsPath(`${REPO_ROOT}/dist/npm/src/cli/main.js`);

/** How a command ended, what it printed, and what it reported. */
export interface Ended {
  readonly code: number;
  readonly output: string;
  readonly messages: Message[];
}

/** A user's folder on Windows, with the package installed. */
export class WindowsProject extends Project {
  readonly runtime: string;

  constructor(host: WindowsHost, name = "project") {
    super();
    this.runtime = windowsRuntime(host);
    this.write(`${name}/package.json`, { type: "module" });
    const modules = `${this.path}/${name}/node_modules/@dagsterpipes`;
    Deno.mkdirSync(modules, { recursive: true });
    copyTree(`${REPO_ROOT}/dist/npm`, `${modules}/pipes`);
    const program = Deno.readTextFileSync(`${PROGRAMS_DIR}/ending.ts`);
    this.write(`${name}/ending.ts`, program);
  }

  /** Runs a command as Dagster would start it, with these params of its messages. */
  async start(
    command: readonly string[],
    { env, ...options }: ConsoleOptions = {},
    messages: Readonly<Record<string, unknown>> = {},
  ): Promise<Ended> {
    this.write("messages", "");
    this.write("context", ONE_ASSET);
    const [context, path] = ["context", "messages"].map((name) =>
      windowsPath(`${this.path}/${name}`)
    );
    const ended = await runAtConsole(this, command, {
      ...options,
      env: { ...pipesEnv({ path: context }, { path, ...messages }), ...env },
    });
    return { ...ended, messages: messagesOf(this.read("messages")) };
  }

  /** Runs `ending.ts`, which ends as its arguments say. */
  end(how: readonly string[], options?: ConsoleOptions): Promise<Ended> {
    return this.start([this.runtime, "project\\ending.ts", ...how], options);
  }

  /** Runs `ending.ts` under the launcher. */
  supervise(flags: readonly string[], how: readonly string[]): Promise<Ended> {
    return this.superviseCommand(flags, [this.runtime, "project\\ending.ts", ...how]);
  }

  /** Runs a command under the launcher. */
  superviseCommand(
    flags: readonly string[],
    command: readonly string[],
    options?: ConsoleOptions,
  ): Promise<Ended> {
    return this.start([this.runtime, CLI, "supervise", ...flags, "--", ...command], options);
  }
}
