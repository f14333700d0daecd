/**
 * What holds on Windows: the rows of the table of the page on compatibility.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { closedException, logsOf, methodsOf } from "../../kit/messages.ts";
import { CLI, type Ended, WindowsProject } from "./project.ts";
import { runAtConsole, windowsPath } from "./wine.ts";

/** What a test of a row does with a project. */
export type Scenario = (project: WindowsProject) => Promise<void>;

/** A script that stays, and shows it by a growing file. */
const TICKING = `
import { appendFileSync, writeFileSync } from "node:fs";
setInterval(() => appendFileSync("ticks", "."), 50);
writeFileSync("ready", "");
appendFileSync("ticks", ".");
`;

const STARTS_ANOTHER = `
import { spawn } from "node:child_process";
spawn(process.execPath, ["project/ticking.js"], { stdio: "ignore" });
setInterval(() => {}, 1000);
`;

const CAPTURES = `
import { withDagsterPipes } from "@dagsterpipes/pipes";
await withDagsterPipes({ captureConsole: true }, () => {
  console.warn("Łódź");
  process.stdout.write("Ávila\\r\\n");
});
`;

const TRANSPORT = `
import { writeFileSync } from "node:fs";
writeFileSync("loaded", import.meta.url);
export default {};
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

/** The scenarios that hold, by their words in the table. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
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
    const params = { include_stdio_in_messages: true };
    const { code, messages, output } = await project.start(command, {}, params);
    assertEquals(code, 0, output);
    assertEquals(logsOf(messages), ["Łódź"]);
    const texts = messages.filter(({ method }) => method === "log_external_stream")
      .map(({ params }) => params.text);
    // What `console` prints is a log message instead.
    assertEquals(texts.join(""), "Ávila\r\n");
  },
  "the launcher: a command that succeeds, fails or cannot be started": async (project) => {
    const good = await project.supervise([], ["returns"]);
    assertEquals(good.code, 0, good.output);
    assertEquals(methodsOf(good.messages), ["opened", "log", "closed"]);
    const bad = await project.superviseCommand([], ["cmd", "/c", "exit 3"]);
    assertEquals(bad.code, 3, bad.output);
    assertMatch(closedException(bad.messages).message, /The command ended with exit code 3/);
    project.write("job.cmd", "@echo one\r\n");
    const refused = {
      "npx": /on the PATH\. Start a \.cmd or \.bat file by cmd, as in: -- cmd \/c npx/,
      "job.cmd": /as in: -- cmd \/c job\.cmd/,
      "orders.ts": /as in: -- node orders\.ts/,
    };
    for (const [file, advice] of Object.entries(refused)) {
      const { code, messages, output } = await project.superviseCommand([], [file]);
      assertEquals(code, 1, output);
      assertMatch(closedException(messages).message, advice);
    }
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
  "the launcher: `--transport` by a path of Windows, and by a `file:` URL with its drive": async (
    project,
  ) => {
    project.write("project/transport.js", TRANSPORT);
    const path = windowsPath(`${project.path}/project/transport.js`);
    const url = `file:///${path.replaceAll("\\", "/")}`;
    for (const transport of [path, ".\\project\\transport.js", url]) {
      project.write("loaded", "");
      const { code, messages, output } = await project.supervise(["--transport", transport], [
        "returns",
      ]);
      assertEquals(code, 0, output);
      assertEquals(methodsOf(messages), ["opened", "log", "closed"]);
      assertEquals(project.read("loaded"), url);
    }
  },
  "folders with spaces and letters that are not ASCII, and `\\\\?\\` paths": async (project) => {
    const name = "Łódź orders";
    using other = new WindowsProject(project.runtime.includes("bun") ? "bun" : "node", name);
    const command = [other.runtime, `${name}\\ending.ts`, "returns"];
    const path = windowsPath(`${other.path}/messages`);
    for (const messages of [path, `\\\\?\\${path}`, path.replaceAll("\\", "/")]) {
      const ended = await other.start(command, {}, { path: messages });
      assertEquals(ended.code, 0, ended.output);
      assertEquals(methodsOf(ended.messages), ["opened", "log", "closed"], messages);
    }
  },
  // Dagster cancels a run by it.
  "`TerminateProcess`: the session is not closed, and the exit code is 1": async (project) => {
    const { code, messages } = await project.end(READY(project), { action: "terminate" });
    assertEquals([code, methodsOf(messages)], [1, ["opened"]]);
  },
  "`TerminateProcess` of the launcher: its command ends with it": async (project) => {
    project.write("project/ticking.js", TICKING);
    const command = [project.runtime, "project\\ticking.js"];
    const ended = await project.superviseCommand([], command, { action: "terminate" });
    assertEquals([ended.code, methodsOf(ended.messages)], [1, ["opened"]]);
    // It would have gone on for two seconds, at the console of Dagster.
    const { length } = project.read("ticks");
    assert(length > 0 && length < 20, `${length} ticks`);
  },
};
