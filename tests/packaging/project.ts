/**
 * A user's project in a temporary folder.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { ensureDirSync } from "@std/fs";

const decoder = new TextDecoder();

/** A folder that goes when the test ends. */
export class Project {
  /** Where it is. */
  readonly dir: string = Deno.realPathSync(Deno.makeTempDirSync());

  /** Writes a file, and the folders above it. */
  write(path: string, content: string | Record<string, unknown>): void {
    const file = `${this.dir}/${path}`;
    ensureDirSync(file.slice(0, file.lastIndexOf("/")));
    const text = typeof content === "string" ? content : JSON.stringify(content, null, 2);
    Deno.writeTextFileSync(file, text);
  }

  /** Runs a command in it, which has to end well, and gives back what it printed. */
  async run(command: readonly string[], env: Record<string, string> = {}): Promise<string> {
    const [program = "", ...args] = command;
    const output = await new Deno.Command(program, {
      args,
      cwd: this.dir,
      env,
      stdin: "null",
    }).output();
    const stdout = decoder.decode(output.stdout);
    const all = stdout + decoder.decode(output.stderr);
    assertEquals(output.code, 0, `${command.join(" ")} failed:\n${all}`);
    return stdout;
  }

  /** Removes it. */
  remove(): void {
    Deno.removeSync(this.dir, { recursive: true });
  }
}

/** Gives a test a project of its own. */
export async function inProject(fn: (project: Project) => Promise<void>): Promise<void> {
  const project = new Project();
  try {
    await fn(project);
  } finally {
    project.remove();
  }
}
