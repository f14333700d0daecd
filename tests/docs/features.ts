/**
 * The table of features. Each row has a check, run by `tables_test.ts`, that fails where the row is
 * not true, or no longer.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as v from "valibot";
import * as pipesModule from "@dagsterpipes/pipes";
import {
  openDagsterPipes,
  PipesDefaultMessageWriter,
  pipesMetadataValue,
  withDagsterPipes,
} from "@dagsterpipes/pipes";
import { encodeParams } from "../../src/protocol/params.ts";
import { currentRuntime } from "../../src/runtime/current.ts";
import { memorySession } from "../kit/memory_session.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { PIPES_METADATA_TYPES } from "../../src/protocol/metadata/value_text.ts";
import config from "../../deno.json" with { type: "json" };

/** Something that the library does, or does not do yet. */
export interface Feature {
  readonly name: string;
  readonly isThere: boolean;
  readonly check: () => void | Promise<void>;
}

function there(name: string, check: Feature["check"]): Feature {
  return { name, isThere: true, check };
}

function notYet(name: string, check: Feature["check"]): Feature {
  return { name, isThere: false, check };
}

function exports(...names: string[]): () => void {
  return () => {
    for (const name of names) assert(name in pipesModule, name);
  };
}

function noSubPath(...paths: string[]): () => void {
  return () => {
    for (const path of paths) assertEquals(path in config.exports, false, path);
  };
}

/** The methods of the messages of a session. */
async function methodsOf(fn: (pipes: pipesModule.PipesContext) => void): Promise<string[]> {
  const { options, messages } = memorySession();
  await withDagsterPipes(options, fn);
  return messages().map(({ method }) => method);
}

/** Runs Deno as Dagster would, with these messages parameters. */
async function ran(
  args: readonly string[],
  params: Record<string, unknown>,
  script = "",
): Promise<Deno.CommandOutput> {
  const { deflate } = currentRuntime();
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    env: {
      DAGSTER_PIPES_CONTEXT: await encodeParams({ data: { run_id: "r" } }, deflate),
      DAGSTER_PIPES_MESSAGES: await encodeParams(params, deflate),
      NO_COLOR: "1",
    },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(script));
  await writer.close();
  return await child.output();
}

function methodsIn(bytes: Uint8Array): string[] {
  return new TextDecoder().decode(bytes).trimEnd().split("\n").map((line) =>
    JSON.parse(line).method
  );
}

/** The rows, in the order of the page. */
export const FEATURES: readonly Feature[] = [
  there(
    "Context: a temporary or named file, or the environment itself",
    async () => {
      const loader = new pipesModule.PipesDefaultContextLoader();
      const data = { run_id: "r" };
      assertEquals(loader.loadContext({ data }), data);
      const path = await Deno.makeTempFile();
      await Deno.writeTextFile(path, JSON.stringify(data));
      assertEquals(loader.loadContext({ path }), JSON.stringify(data));
      await Deno.remove(path);
    },
  ),
  there("Messages: a file, stdout, stderr, buffered or not", async () => {
    const program =
      `import { withDagsterPipes } from "${REPO_ROOT}/mod.ts"; await withDagsterPipes((pipes) => pipes.log("x"));`;
    for (const stream of ["stdout", "stderr"] as const) {
      for (const key of ["stdio", "buffered_stdio"]) {
        const output = await ran(["eval", program], { [key]: stream });
        assertEquals(methodsIn(output[stream]), ["opened", "log", "closed"], `${key} ${stream}`);
      }
    }
    const path = await Deno.makeTempFile();
    await ran(["eval", program], { path });
    const written = await Deno.readFile(path);
    assertEquals(methodsIn(written), ["opened", "log", "closed"]);
    await Deno.remove(path);
  }),
  there(
    "Parameters: environment, command line, an object",
    exports("PipesEnvVarParamsLoader", "PipesCliArgsParamsLoader", "PipesMappingParamsLoader"),
  ),
  there("Loaders and writers of your own", async () => {
    assertEquals(await methodsOf(() => {}), ["opened", "closed"]);
  }),
  there(
    "Logs, materializations, checks, custom messages, external streams",
    async () => {
      const methods = await methodsOf((pipes) => {
        pipes.log("x");
        pipes.reportAssetMaterialization();
        pipes.reportAssetCheck({ checkName: "c", passed: true });
        pipes.reportCustomMessage(1);
        pipes.logExternalStream("stdout", "x");
      });
      assertEquals(methods.slice(1, -1), [
        "log",
        "report_asset_materialization",
        "report_asset_check",
        "report_custom_message",
        "log_external_stream",
      ]);
    },
  ),
  there("All of Dagster's types of metadata", async () => {
    const builders = pipesModule.MetadataValue;
    const all = {
      a: builders.text("t"),
      b: builders.url("https://x"),
      c: builders.path("p"),
      d: builders.notebook("n"),
      e: builders.json({}),
      f: builders.md("m"),
      g: builders.float(1),
      h: builders.int(1),
      i: builders.bool(true),
      j: builders.dagsterRun("r"),
      k: builders.asset("a"),
      l: builders.null(),
      m: builders.timestamp(1),
      n: builders.table([{ x: 1 }]),
      o: builders.tableSchema([{ name: "x" }]),
      p: builders.tableColumnLineage({ x: [] }),
      q: pipesMetadataValue("raw"),
    };
    const { options, messages } = memorySession();
    await withDagsterPipes(options, (pipes) => pipes.reportAssetMaterialization({ metadata: all }));
    const sent = messages()[1]!.params.metadata as Record<
      string,
      { type: string }
    >;
    assertEquals(
      Object.values(sent).map(({ type }) => type).sort(),
      [...PIPES_METADATA_TYPES].sort(),
    );
  }),
  there("Partitions, provenance, code versions, retries", async () => {
    const { options } = memorySession({ partition_key: "p", retry_number: 2 });
    await withDagsterPipes(options, (pipes) => {
      assertEquals([pipes.partitionKey, pipes.retryNumber], ["p", 2]);
      assertEquals([pipes.provenance, pipes.codeVersion], [null, null]);
    });
  }),
  there("Extras of any JSON value, typed by a schema", async () => {
    for (const extras of [[1], 1.5, "x", true, { a: 1 }]) {
      const { options } = memorySession({ extras });
      await withDagsterPipes(options, (pipes) => assertEquals<unknown>(pipes.extras, extras));
    }
    const extrasSchema = v.object({ a: v.optional(v.number(), 2) });
    const { options } = memorySession({ extras: {} });
    await withDagsterPipes({ ...options, extrasSchema }, (pipes) => {
      const a: number = pipes.extras.a;
      assertEquals(a, 2);
    });
  }),
  there("Exceptions with their causes; `await using`", async () => {
    const { options, messages } = memorySession();
    {
      await using pipes = await openDagsterPipes(options);
      await pipes.close(new Error("a", { cause: "b" }));
    }
    const { exception } = messages().at(-1)!.params as {
      exception: { message: string; cause: { message: string } };
    };
    assertEquals([exception.message, exception.cause.message], ["Error: a", "b"]);
  }),
  there("Cancelling: `pipes.signal`, a grace, the true signal", async () => {
    const path = await Deno.makeTempFile();
    const output = await ran(
      ["run", "-A", "-"],
      { path },
      `
      import { withDagsterPipes } from "${REPO_ROOT}/mod.ts";
      await withDagsterPipes(async (pipes) => {
        setTimeout(() => Deno.kill(Deno.pid, "SIGTERM"), 10);
        while (!pipes.signal.aborted) await new Promise((resolve) => setTimeout(resolve, 10));
        pipes.log(pipes.signal.reason.code);
      });
    `,
    );
    assertEquals(output.signal, "SIGTERM");
    const text = await Deno.readTextFile(path);
    const [, log, closed] = text.trimEnd().split("\n").map((line) => JSON.parse(line));
    assertEquals(log.params.message, "session_interrupted");
    assert(closed.params.exception.message.includes("SIGTERM"));
    await Deno.remove(path);
  }),
  there("Every end that the process can see is told to Dagster", async () => {
    // The whole table of ends is in tests/dagster/ends_table.ts, on every runtime, in real runs.
    const ends = {
      "Deno.exit(3)": "exited with code 3",
      'Promise.reject(new Error("nobody"))': "Error: nobody",
      'setTimeout(() => { throw new Error("late") })': "Error: late",
      "await 0": "The event loop ran empty",
    };
    for (const [code, told] of Object.entries(ends)) {
      const path = await Deno.makeTempFile();
      await ran(
        ["run", "-A", "-"],
        { path },
        `
        import { openDagsterPipes } from "${REPO_ROOT}/mod.ts";
        await openDagsterPipes();
        ${code};
      `,
      );
      const text = await Deno.readTextFile(path);
      const { method, params } = JSON.parse(text.trimEnd().split("\n").at(-1)!);
      assertEquals(method, "closed", code);
      assert(params.exception.message.includes(told), params.exception.message);
      await Deno.remove(path);
    }
  }),
  there("`console.*` as log messages (`captureConsole`)", async () => {
    const { options, messages } = memorySession();
    await withDagsterPipes({ ...options, captureConsole: true }, () => {
      console.debug("captured", { n: 1 });
    });
    assertEquals(messages()[1], {
      method: "log",
      params: { message: "captured { n: 1 }", level: "DEBUG" },
    });
  }),
  there(
    "stdout and stderr as messages (`include_stdio_in_messages`), or into files",
    async () => {
      const path = await Deno.makeTempFile();
      try {
        const params = { path, include_stdio_in_messages: true };
        const channel = new PipesDefaultMessageWriter().open(params);
        console.log("printed");
        await channel.close();
        const line = await Deno.readTextFile(path);
        assertEquals(JSON.parse(line).params, { stream: "stdout", text: "printed\n", extras: {} });
      } finally {
        await Deno.remove(path);
      }
    },
  ),
  there(
    "A launcher that tells what kills a process, for any command",
    async () => {
      const folder = await Deno.makeTempDir();
      const path = `${folder}/messages`;
      try {
        const encode = async (params: Record<string, unknown>) =>
          await encodeParams(params, currentRuntime().deflate);
        const { signal } = await new Deno.Command(Deno.execPath(), {
          args: [
            "run",
            "-A",
            `${REPO_ROOT}/src/cli/main.ts`,
            ...["supervise", "--", "sh", "-c", "kill -9 $$"],
          ],
          env: {
            DAGSTER_PIPES_CONTEXT: await encode({ data: { run_id: "r" } }),
            DAGSTER_PIPES_MESSAGES: await encode({ path }),
          },
          stdin: "null",
        }).output();
        const lines = (await Deno.readTextFile(path)).trimEnd().split("\n");
        const last = JSON.parse(lines.at(-1)!);
        assertEquals([signal, last.method], ["SIGKILL", "closed"]);
        assert(last.params.exception.message.includes("SIGKILL"));
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  ),
  notYet(
    "S3, GCS, Azure Blob Storage, Databricks",
    noSubPath("./s3", "./gcs", "./azure", "./databricks"),
  ),
  notYet(
    "A context for your unit tests; a runner without Dagster",
    noSubPath("./testing", "./runner"),
  ),
];

/** The table as the page shows it. */
export function featureTableMarkdown(): string {
  const rows = FEATURES.map(({ name, isThere }) => `| ${name} | ${isThere ? "yes" : "not yet"} |`);
  return ["| Feature | |", "| --- | --- |", ...rows].join("\n");
}
