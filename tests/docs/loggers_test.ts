/**
 * What other loggers log through the sinks of the documentation.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { run } from "../kit/command.ts";
import { runtimeCommand, type RuntimeName } from "../kit/installed.ts";
import { page, section } from "./pages.ts";
import { DocsProject } from "./project.ts";

const { blocks } = page("docs/output.md");

for (const name of ["@std/log", "@logtape/logtape", "consola", "pino", "winston"]) {
  for (const runtime of ["deno", "bun", "node26"] as const satisfies readonly RuntimeName[]) {
    Deno.test(`${runtime}: what ${name} logs is logged in Dagster, at its level`, async () => {
      using project = new DocsProject();
      const block = blocks.find(({ code }) => code.includes(`from "${name}"`));
      assert(block !== undefined);
      project.write("script.ts", block.code);
      await project.run([...runtimeCommand(runtime), "script.ts"], project.pipesEnv({}));
      const logs = project.messages().filter(({ method }) => method === "log");
      const levels = logs.map(({ params }) => [String(params.level).toUpperCase(), params.message]);
      assertEquals(levels, [["WARNING", "Read 12 rows"]]);
    });
  }
}

const PRINTS_BY_PINO = `
import process from "node:process";
import pino from "pino";
import { withDagsterPipes } from "@dagsterpipes/pipes";

await withDagsterPipes(() => {
  pino(process.stdout).info("by the stream");
  pino().info("by default");
  pino(pino.destination({ dest: 1, sync: true })).info("by the descriptor");
});`;

for (const runtime of ["deno", "bun", "node26"] as const satisfies readonly RuntimeName[]) {
  Deno.test(`${runtime}: what pino prints arrives as output in the ways of the page`, async () => {
    using project = new DocsProject();
    project.write("script.ts", PRINTS_BY_PINO);
    const printed = await project.run(
      [...runtimeCommand(runtime), "script.ts"],
      project.pipesEnv({}, { include_stdio_in_messages: true }),
    );
    assertEquals(printed.match(/by the (stream|descriptor)|by default/g)?.length, 3);
    const output = project.messages().map(({ params }) => String(params?.text ?? "")).join("");
    assertEquals(
      output.match(/by the \w+|by default/g),
      runtime === "deno" ? ["by the stream"] : ["by the stream", "by default"],
    );
  });
}

/** How each logger of the page's tables logs a line by its defaults. */
const BY_DEFAULT: Readonly<Record<string, string>> = {
  tslog: `import { Logger } from "tslog";
    new Logger({ type: "pretty" }).info("a line");`,
  "the console sink of LogTape":
    `import { configure, getConsoleSink, getLogger } from "@logtape/logtape";
    await configure({
      sinks: { console: getConsoleSink() },
      loggers: [{ category: [], lowestLevel: "debug", sinks: ["console"] }],
    });
    getLogger("orders").info("a line");`,
  winston: `import winston from "winston";
    winston.createLogger({ transports: [new winston.transports.Console()] }).info("a line");`,
  "winston with `new transports.Console({ forceConsole: true })`": `import winston from "winston";
    const transports = [new winston.transports.Console({ forceConsole: true })];
    winston.createLogger({ transports }).info("a line");`,
  pino: `import pino from "pino";
    pino().info("a line");`,
  bunyan: `import bunyan from "bunyan";
    bunyan.createLogger({ name: "orders" }).info("a line");`,
  consola: `import { createConsola } from "consola";
    createConsola({ level: 4 }).info("a line");`,
  signale: `import signale from "signale";
    signale.info("a line");`,
  debug: `import debug from "debug";
    debug.enable("*");
    debug("orders")("a line");`,
  log4js: `import log4js from "log4js";
    const logger = log4js.getLogger();
    logger.level = "info";
    logger.info("a line");`,
};

/** The loggers of the page's table, and whether it states that `captureConsole` sees them. */
const STATED = [...section("docs/output.md", "Loggers").matchAll(/^\| (.+?) +\| (yes|no)\b/gm)]
  .flatMap(([, names = "", seen]) =>
    names.split(", ").map((name) => ({ name, isSeen: seen === "yes" }))
  );

Deno.test("each logger of the page's table is tried", () => {
  assertEquals(STATED.map(({ name }) => name).sort(), Object.keys(BY_DEFAULT).sort());
});

for (const { name, isSeen } of STATED) {
  for (const runtime of ["deno", "bun", "node26"] as const satisfies readonly RuntimeName[]) {
    Deno.test(`${runtime}: captureConsole ${isSeen ? "sees" : "does not see"} ${name}`, async () => {
      using project = new DocsProject();
      const [load, log = ""] = BY_DEFAULT[name]!.split(/(?<=from .*;)\n/);
      project.write(
        "script.ts",
        `${load}
import { withDagsterPipes } from "@dagsterpipes/pipes";
await withDagsterPipes({ captureConsole: true }, async () => {
${log}
await new Promise((resolve) => setTimeout(resolve, 20));
});`,
      );
      const command = [...runtimeCommand(runtime), "script.ts"];
      const options = { cwd: project.path, env: project.pipesEnv({}) };
      const { code, stdout, stderr } = await run(command, options);
      assertEquals([code, (stdout + stderr).includes("a line")], [0, true], stdout + stderr);
      const logs = project.messages().filter(({ method, params }) =>
        method === "log" && String(params.message).includes("a line")
      );
      assertEquals(logs.length, isSeen ? 1 : 0);
    });
  }
}
