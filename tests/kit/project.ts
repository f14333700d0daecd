import { assertEquals } from "@std/assert";
import { run, runWell } from "./command.ts";
import { contextWith } from "./context.ts";
import { type Message, messagesOf } from "./messages.ts";
import { pipesEnv } from "./params.ts";
import { REPO_ROOT } from "./places.ts";
import { TempFolder } from "./temp_folder.ts";

/** A user's project in a temporary folder. */
export class Project extends TempFolder {
  /** Runs a command in it, which has to end well, and gives back what it printed. */
  async run(command: readonly string[], env: Record<string, string> = {}): Promise<string> {
    return await runWell(command, { cwd: this.path, env });
  }

  /** Runs a command in it, which has to end with exit code 1, and gives back what it printed. */
  async runFailing(command: readonly string[], env: Record<string, string> = {}): Promise<string> {
    const { code, stdout, stderr } = await run(command, { cwd: this.path, env });
    assertEquals(code, 1, `${command.join(" ")}:\n${stdout}${stderr}`);
    return stdout;
  }

  /** Links the npm build under the package's name, as if it were installed. */
  installBuild(): void {
    const scope = `${this.path}/node_modules/@dagsterpipes`;
    Deno.mkdirSync(scope, { recursive: true });
    Deno.symlinkSync(`${REPO_ROOT}/dist/npm`, `${scope}/pipes`);
  }

  /**
   * The environment for a session of Dagster's: of one asset, but for these fields, and with these
   * params of its messages besides their path.
   */
  pipesEnv(
    fields: Readonly<Record<string, unknown>>,
    params: Readonly<Record<string, unknown>> = {},
  ): Record<string, string> {
    this.write("pipes/context", contextWith(fields));
    this.write("pipes/messages", "");
    const path = `${this.path}/pipes`;
    return pipesEnv({ path: `${path}/context` }, { path: `${path}/messages`, ...params });
  }

  /** The messages of that session. */
  messages(): Message[] {
    return messagesOf(this.read("pipes/messages"));
  }
}
