/**
 * What becomes of a session when a watcher starts its script again. The flags are those of each
 * runtime.
 *
 * @module
 */
import { assertEquals, assertMatch } from "@std/assert";
import { runtimeCommand, type RuntimeName } from "../kit/installed.ts";
import { run } from "../kit/command.ts";
import { cliCommand } from "../kit/launcher.ts";
import { TempFolder } from "../kit/temp_folder.ts";
import { closedException, logsOf, type Message, methodsOf } from "../kit/messages.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { Project } from "../kit/project.ts";
import { until } from "../kit/running.ts";

/** A script that is in a session for longer than anybody waits. */
const ENDLESS = `
  import { withDagsterPipes } from "${REPO_ROOT}/dist/npm/mod.js";
  withDagsterPipes(async (pipes) => {
    pipes.log("first");
    await new Promise((resolve) => {
      setTimeout(resolve, 60_000);
      globalThis.goOn = resolve;
      OWN_END
    });
  });
`;

/** What is made of it. */
const CHANGED = `
  import { withDagsterPipes } from "${REPO_ROOT}/dist/npm/mod.js";
  await withDagsterPipes((pipes) => pipes.log("second"));
  globalThis.goOn?.();
`;

/** How a script ends its own wait at a cancel. */
const ENDS_AT_CANCEL = 'pipes.signal.addEventListener("abort", resolve);';

/** Runs a command in a terminal, without a word of its own. */
const IN_TERMINAL = [
  "python3",
  "-c",
  "import pty, sys; pty.spawn(sys.argv[1:], lambda fd: (__import__('os').read(fd, 1024), b' ')[1])",
];

/** How long a watcher has to see a change, in milliseconds. */
const CHANGE_AGAIN = 1500;

/** A command that watches the script that it runs. */
interface Watcher {
  readonly name: string;
  readonly command: readonly string[];
  readonly ownEnd?: string;
}

const denoWithout = (...permissions: string[]): string[] => [
  Deno.execPath(),
  "run",
  "--watch",
  ...permissions,
];

function watching(runtime: RuntimeName, flag: string): Watcher {
  const [binary = ""] = runtimeCommand(runtime);
  return { name: `${runtime} ${flag}`, command: [binary, flag] };
}

const RESTARTING: readonly Watcher[] = [
  { name: "deno --watch", command: denoWithout("-A") },
  {
    name: "deno --watch, with a script that ends at a cancel",
    command: denoWithout("-A"),
    ownEnd: ENDS_AT_CANCEL,
  },
  {
    name: "deno --watch-hmr, with a script that ends at a cancel",
    command: [Deno.execPath(), "run", "--watch-hmr", "-A"],
    ownEnd: ENDS_AT_CANCEL,
  },
  {
    name: "deno --watch in a terminal, with few permissions",
    command: [...IN_TERMINAL, ...denoWithout("--allow-env", "--allow-read=.", "--allow-write=.")],
    ownEnd: ENDS_AT_CANCEL,
  },
  watching("bun", "--watch"),
  watching("node22", "--watch"),
  watching("node24", "--watch"),
  watching("node26", "--watch"),
];

/** Runs a script, changes it, and gives the messages once the changed one has closed its session. */
async function messagesOfBoth({ command, ownEnd = "" }: Watcher): Promise<Message[]> {
  using project = new Project();
  project.write("script.mjs", ENDLESS.replace("OWN_END", ownEnd));
  const [program = "", ...args] = command;
  const watcher = new Deno.Command(program, {
    args: [...args, "script.mjs"],
    cwd: project.path,
    env: project.pipesEnv({}),
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  let messages: Message[] = [];
  try {
    await until("the first run", () => logsOf(project.messages()).includes("first"));
    // A watcher may begin to watch later than the script runs.
    let changedAt = 0;
    await until("the second run", () => {
      if (Date.now() - changedAt > CHANGE_AGAIN) {
        project.write("script.mjs", CHANGED);
        changedAt = Date.now();
      }
      messages = project.messages();
      const last = messages.at(-1);
      return logsOf(messages).includes("second") && last?.method === "closed" &&
        last.params.exception === undefined;
    });
  } finally {
    watcher.kill("SIGKILL");
    await watcher.status;
  }
  return messages;
}

for (const watcher of RESTARTING) {
  Deno.test(`${watcher.name}: a session in which its script changes is closed as cancelled, and the changed script opens one`, async () => {
    const messages = await messagesOfBoth(watcher);
    const first = messages.slice(0, 3);
    assertEquals(methodsOf(first), ["opened", "log", "closed"]);
    assertMatch(closedException(first).message, /the process got SIGTERM/);
    const second = messages.slice(-3);
    assertEquals(methodsOf(second), ["opened", "log", "closed"]);
  });
}

Deno.test("bun --hot: a session in which its script changes goes on, and the changed script shares it", async () => {
  const messages = await messagesOfBoth(watching("bun", "--hot"));
  assertEquals(methodsOf(messages), ["opened", "log", "log", "closed"]);
});

for (const host of ["deno", "bun", "node26"] as const) {
  Deno.test(`${host}: run --watch without a free watch of the system runs once, and reports it`, async () => {
    using folder = new TempFolder();
    const noWatch = ["strace", "-f", "-o", "/dev/null", "-e", "trace=inotify_add_watch"];
    const command = ["run", "--watch", "--", "sh", "-c", "exit 3"];
    const { code, stderr } = await run(
      [...noWatch, "-e", "inject=inotify_add_watch:error=ENOSPC", ...cliCommand(host), ...command],
      { cwd: folder.path },
    );
    assertEquals(code, 3, stderr);
    assertMatch(
      stderr,
      /^warning: Cannot watch "\." and possibly more: .*(?:ENOSPC|limit reached)/m,
    );
  });
}
