/**
 * The package on Windows, as far as Wine shows it: the Windows builds of Node 22 and Bun run
 * sessions, the launcher and the command line. The rows are the table of the page on compatibility.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { page } from "../docs/pages.ts";
import { ONE_ASSET } from "../kit/context.ts";
import { closedException, logsOf, type Message, messagesOf, methodsOf } from "../kit/messages.ts";
import { pipesEnv } from "../kit/params.ts";
import { PROGRAMS_DIR, REPO_ROOT } from "../kit/places.ts";
import { Project } from "../kit/project.ts";
import { copyTree } from "../tools/publish_copy.ts";
import { buildAndLink } from "../tools/install.ts";
import {
  type ConsoleOptions,
  endWine,
  prepareWine,
  runAtConsole,
  type WindowsHost,
  windowsPath,
  windowsRuntime,
} from "./windows/wine.ts";

const HOSTS: Readonly<Record<WindowsHost, string>> = { node: "Node 22", bun: "Bun 1" };

const CLI = windowsPath(`${REPO_ROOT}/dist/npm/src/cli/main.js`);

/** How a command ended, what it printed, and what it reported. */
interface Ended {
  readonly code: number;
  readonly output: string;
  readonly messages: Message[];
}

/** A user's folder on Windows, with the package installed. */
class WindowsProject extends Project {
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

  /** Runs a command as Dagster would start it. */
  async start(
    command: readonly string[],
    { env, ...options }: ConsoleOptions = {},
    messages = windowsPath(`${this.path}/messages`),
  ): Promise<Ended> {
    this.write("messages", "");
    this.write("context", ONE_ASSET);
    const context = windowsPath(`${this.path}/context`);
    const ended = await runAtConsole(this, command, {
      ...options,
      env: { ...pipesEnv({ path: context }, { path: messages }), ...env },
    });
    return { ...ended, messages: messagesOf(this.read("messages")) };
  }

  /** Runs `ending.ts`, which ends as its arguments say. */
  end(how: readonly string[], options?: ConsoleOptions): Promise<Ended> {
    return this.start([this.runtime, "project\\ending.ts", ...how], options);
  }

  /** Runs `ending.ts` under the launcher. */
  supervise(flags: readonly string[], how: readonly string[], options?: ConsoleOptions) {
    return this.superviseCommand(flags, [this.runtime, "project\\ending.ts", ...how], options);
  }

  superviseCommand(
    flags: readonly string[],
    command: readonly string[],
    options?: ConsoleOptions,
  ): Promise<Ended> {
    return this.start([this.runtime, CLI, "supervise", ...flags, "--", ...command], options);
  }
}

/** What a test of a row does with a project. */
type Scenario = (project: WindowsProject) => Promise<void>;

/** A script that stays, and shows it by a growing file. */
const TICKING = `
import { appendFileSync } from "node:fs";
setInterval(() => appendFileSync("ticks", "."), 50);
`;

const STARTS_ANOTHER = `
import { spawn } from "node:child_process";
spawn(process.execPath, ["project/ticking.js"], { stdio: "ignore" });
setInterval(() => {}, 1000);
`;

const CAPTURES = `
import { withDagsterPipes } from "@dagsterpipes/pipes";
await withDagsterPipes({ captureConsole: true }, () => console.warn("Łódź"));
`;

const BREAKS = `
import { withDagsterPipes } from "@dagsterpipes/pipes";
await withDagsterPipes(async (pipes) => {
  setTimeout(() => process.emit("SIGBREAK"), 50);
  await new Promise((resolve) => pipes.signal.addEventListener("abort", resolve));
  pipes.log("cleaned up");
});
`;

function wasInterrupted({ code, messages }: Ended): void {
  assertMatch(closedException(messages).message, /the process got SIGINT/);
  assertEquals(logsOf(messages), ["cleaned up"]);
  assertEquals(code, 130);
}

const READY = (
  project: WindowsProject,
) => ["waits for its cancel", windowsPath(`${project.path}/ready`)];

/** Dagster cancels a run by it. */
const TERMINATED = "`TerminateProcess`: the session is not closed, and the exit code is 1";

/** The scenarios that hold, by their words in the table. */
const SCENARIOS: Readonly<Record<string, Scenario>> = {
  "a session that succeeds": async (project) => {
    const { code, messages, output } = await project.end(["returns"]);
    assertEquals(code, 0, output);
    assertEquals(methodsOf(messages), ["opened", "log", "closed"]);
  },
  "a session whose function throws": async (project) => {
    const { code, messages } = await project.end(["throws"]);
    assertEquals(code, 1);
    assertEquals(closedException(messages).message, "TypeError: no such order");
  },
  "`process.exit(3)` and `process.exit(0)` in a session": async (project) => {
    for (const [given, ended] of [[3, 3], [0, 1]] as const) {
      const { code, messages } = await project.end(["exits", String(given)]);
      assertEquals(code, ended);
      assertMatch(closedException(messages).message, new RegExp(`exited with code ${given}`));
    }
  },
  "a rejection that is not awaited": async (project) => {
    const { code, messages } = await project.end(["rejects"]);
    assertEquals(code, 1);
    assertMatch(closedException(messages).message, /RangeError: nobody waits for this/);
  },
  "Ctrl-C": async (project) => {
    wasInterrupted(await project.end(READY(project), { action: "ctrl-c" }));
  },
  // Wine does not send Ctrl-Break.
  "Ctrl-Break, raised by the script itself": async (project) => {
    project.write("project/breaks.js", BREAKS);
    wasInterrupted(await project.start([project.runtime, "project\\breaks.js"]));
  },
  "captured output that is not ASCII": async (project) => {
    project.write("project/captures.js", CAPTURES);
    const command = [project.runtime, "project\\captures.js"];
    const { code, messages, output } = await project.start(command);
    assertEquals(code, 0, output);
    assertEquals(logsOf(messages), ["Łódź"]);
  },
  "the launcher: a command that succeeds, fails or cannot be started": async (project) => {
    const good = await project.supervise([], ["returns"]);
    assertEquals(good.code, 0, good.output);
    assertEquals(methodsOf(good.messages), ["opened", "log", "closed"]);
    const bad = await project.superviseCommand([], ["cmd", "/c", "exit 3"]);
    assertEquals(bad.code, 3, bad.output);
    assertMatch(closedException(bad.messages).message, /The command ended with exit code 3/);
    const missing = await project.superviseCommand([], ["npx", "tsx"]);
    assertEquals(missing.code, 1);
    assertMatch(
      closedException(missing.messages).message,
      /start it by cmd, as in: -- cmd \/c npx/,
    );
  },
  "the launcher: `--timeout` ends the command and what it started": async (project) => {
    project.write("project/ticking.js", TICKING);
    project.write("project/starts_another.js", STARTS_ANOTHER);
    const command = [project.runtime, "project\\starts_another.js"];
    const { code, messages } = await project.superviseCommand(["--timeout", "3"], command);
    assertEquals(code, 124);
    assertMatch(closedException(messages).message, /was cut off after 3 s/);
    const ticks = project.read("ticks");
    assert(ticks.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 500));
    assertEquals(project.read("ticks"), ticks);
  },
  "the launcher: a `.cmd` file, and lines that end with CRLF": async (project) => {
    project.write("job.cmd", "@echo one\r\n@echo two\r\n");
    const flags = ["--log", "stdout=INFO"];
    const { code, messages, output } = await project.superviseCommand(flags, [
      "cmd",
      "/c",
      "job.cmd",
    ]);
    assertEquals(code, 0, output);
    assertEquals(logsOf(messages).join("\n"), "one\ntwo");
  },
  "`dagsterpipes run`": async (project) => {
    const script = [project.runtime, "project\\ending.ts", "throws"];
    const { code, output } = await runAtConsole(project, [
      project.runtime,
      CLI,
      "run",
      "--",
      ...script,
    ]);
    assertEquals(code, 1, output);
    assertMatch(output, /Dagster would report failure: exit code 1/);
  },
  "`dagsterpipes report` under the launcher": async (project) => {
    const report = [project.runtime, CLI, "report", "log", "from a shell"];
    const { code, messages, output } = await project.superviseCommand([], report);
    assertEquals(code, 0, output);
    assertEquals(logsOf(messages), ["from a shell"]);
  },
  "folders with spaces and letters that are not ASCII, and `\\\\?\\` paths": async (project) => {
    const name = "Łódź orders";
    using other = new WindowsProject(project.runtime.includes("bun") ? "bun" : "node", name);
    const command = [other.runtime, `${name}\\ending.ts`, "returns"];
    const path = windowsPath(`${other.path}/messages`);
    for (const messages of [path, `\\\\?\\${path}`, path.replaceAll("\\", "/")]) {
      const ended = await other.start(command, {}, messages);
      assertEquals(ended.code, 0, ended.output);
      assertEquals(methodsOf(ended.messages), ["opened", "log", "closed"], messages);
    }
  },
};

Deno.test("the package works on Windows, as the page on compatibility lists it", async (t) => {
  await buildAndLink();
  await prepareWine();
  try {
    for (const host of ["node", "bun"] as const) {
      for (const [name, scenario] of Object.entries(SCENARIOS)) {
        await t.step(`${HOSTS[host]} on Windows: ${name}`, async () => {
          using project = new WindowsProject(host);
          await scenario(project);
        });
      }
      await t.step(
        `${HOSTS[host]} on Windows: TerminateProcess leaves a session that is not closed`,
        async () => {
          using project = new WindowsProject(host);
          const { code, messages } = await project.end(READY(project), { action: "terminate" });
          assertEquals([code, methodsOf(messages)], [1, ["opened"]]);
        },
      );
    }
  } finally {
    await endWine();
  }
});

Deno.test("the page on compatibility has the scenarios on Windows", () => {
  const hosts = Object.values(HOSTS);
  const rows = [...Object.keys(SCENARIOS), TERMINATED].map((name) =>
    `| ${[name, ...hosts.map(() => "holds")].join(" | ")} |`
  );
  const [, shown = ""] =
    /<!-- The scenarios on Windows[^]*?-->\n\n([^]*)\n<!-- End of the scenarios/
      .exec(page("docs/compatibility.md").text) ?? [];
  const plain = shown.replaceAll(/ +/g, " ").trim().split("\n");
  assertEquals(plain.slice(2), rows);
  assertEquals(plain[0], `| scenario | ${hosts.join(" | ")} |`);
});
