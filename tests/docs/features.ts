/**
 * The table of features. Each row has a check, run by `tables_test.ts`, that fails if the row is
 * wrong.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import * as v from "valibot";
import * as pipesModule from "@dagsterpipes/pipes";
import { openDagsterPipes, pipesMetadataValue, withDagsterPipes } from "@dagsterpipes/pipes";
import { runPipesSession } from "@dagsterpipes/pipes/runner";
import { createTestPipes } from "@dagsterpipes/pipes/testing";
import * as azure from "@dagsterpipes/pipes/azure";
import * as databricks from "@dagsterpipes/pipes/databricks";
import * as gcs from "@dagsterpipes/pipes/gcs";
import * as s3 from "@dagsterpipes/pipes/s3";
import { type Ended, run } from "../kit/command.ts";
import { ONE_ASSET } from "../kit/context.ts";
import { runtimeCommand } from "../kit/installed.ts";
import { memorySession } from "../kit/memory_session.ts";
import { closedException, logsOf, type Message, messagesOf, methodsOf } from "../kit/messages.ts";
import { pipesEnv } from "../kit/params.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { TempFolder } from "../kit/temp_folder.ts";
import { PIPES_METADATA_TYPES } from "../../src/protocol/metadata/wire_metadata.ts";

/** Something that the library does, or does not do yet. */
export interface Feature {
  readonly name: string;
  readonly isThere: boolean;
  readonly check: () => void | Promise<void>;
}

function there(name: string, check: Feature["check"]): Feature {
  return { name, isThere: true, check };
}

function exports(...names: string[]): () => void {
  return () => {
    for (const name of names) assert(name in pipesModule, name);
  };
}

/** The methods of the messages of a session. */
async function reported(fn: (pipes: pipesModule.PipesContext) => void): Promise<string[]> {
  const { options, messages } = memorySession();
  await withDagsterPipes(options, fn);
  return methodsOf(messages());
}

/** What became of a process, and the messages in its file. */
interface Ran extends Ended {
  readonly messages: readonly Message[];
}

/** Runs Deno as Dagster would, by default with a messages file. */
async function ran(args: string[], stdin: string, params?: Record<string, unknown>): Promise<Ran> {
  using folder = new TempFolder();
  folder.write("messages", "");
  const env = pipesEnv({ data: ONE_ASSET }, params ?? { path: `${folder.path}/messages` });
  const ended = await run([...runtimeCommand("deno"), ...args], { env, stdin });
  return { ...ended, messages: messagesOf(folder.read("messages")) };
}

/** The rows, in the order of the page. */
export const FEATURES: readonly Feature[] = [
  there(
    "Context: a temporary or named file, or the environment itself",
    () => {
      const loader = new pipesModule.PipesDefaultContextLoader();
      const data = { run_id: "r" };
      assertEquals(loader.loadContext({ data }), data);
      using folder = new TempFolder();
      folder.write("context", data);
      const path = `${folder.path}/context`;
      assertEquals(loader.loadContext({ path }), JSON.stringify(data));
    },
  ),
  there("Messages: a file, stdout, stderr, buffered or not", async () => {
    const program =
      `import { withDagsterPipes } from "${REPO_ROOT}/mod.ts"; await withDagsterPipes((pipes) => pipes.log("x"));`;
    const methods = ["opened", "log", "closed"];
    for (const stream of ["stdout", "stderr"] as const) {
      for (const key of ["stdio", "buffered_stdio"]) {
        const output = await ran(["-"], program, { [key]: stream });
        assertEquals(methodsOf(messagesOf(output[stream])), methods, `${key} ${stream}`);
      }
    }
    assertEquals(methodsOf((await ran(["-"], program)).messages), methods);
  }),
  there(
    "Parameters: environment, command line, an object",
    exports("PipesEnvVarParamsLoader", "PipesCliArgsParamsLoader", "PipesMappingParamsLoader"),
  ),
  there("Loaders and writers of your own", async () => {
    assertEquals(await reported(() => {}), ["opened", "closed"]);
  }),
  there(
    "Logs, materializations, checks, custom messages, external streams",
    async () => {
      const methods = await reported((pipes) => {
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
  there("A whole number that is a float arrives as one (`3.0`)", async () => {
    const { options, lines } = memorySession();
    await withDagsterPipes(options, (pipes) => {
      const share = pipesModule.MetadataValue.float(3);
      pipes.reportAssetMaterialization({ metadata: { share } });
    });
    assertStringIncludes(lines[1]!, '"share":{"raw_value":3.0,"type":"float"}');
  }),
  there("A value that Dagster would not accept is refused, with its path", async () => {
    const { options, lines } = memorySession();
    await withDagsterPipes(options, (pipes) => {
      const metadata = { shops: [{ price: NaN }] };
      const error = assertThrows(() => pipes.reportAssetMaterialization({ metadata }));
      assertStringIncludes(String(error), "metadata.shops[0].price");
    });
    assertEquals(lines.length, 2);
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
    const { message, cause } = closedException(messages());
    assertEquals([message, cause?.message], ["a", "b"]);
  }),
  there("What your function throws is reported to Dagster, and fails the step", async () => {
    const { code, messages } = await ran(
      ["-"],
      `
      import { withDagsterPipes } from "${REPO_ROOT}/mod.ts";
      await withDagsterPipes(() => { throw new RangeError("broken"); });
    `,
    );
    assertEquals(code, 1);
    assertEquals(closedException(messages).message, "RangeError: broken");
  }),
  there("Cancelling: `pipes.signal`, a grace period, the true signal", async () => {
    const { signal, messages } = await ran(
      ["-"],
      `
      import { withDagsterPipes } from "${REPO_ROOT}/mod.ts";
      await withDagsterPipes(async (pipes) => {
        setTimeout(() => Deno.kill(Deno.pid, "SIGTERM"), 10);
        while (!pipes.signal.aborted) await new Promise((resolve) => setTimeout(resolve, 10));
        pipes.log(pipes.signal.reason.code);
      });
    `,
    );
    assertEquals([signal, ...logsOf(messages)], ["SIGTERM", "session_interrupted"]);
    assertStringIncludes(closedException(messages).message, "SIGTERM");
  }),
  there("Every end that the process can see is reported to Dagster", async () => {
    // The whole table of ends is in tests/dagster/ends_table.ts, on every runtime, in real runs.
    const ends = {
      "Deno.exit(3)": "exited with code 3",
      'Promise.reject(new Error("nobody"))': "nobody",
      'setTimeout(() => { throw new Error("late") })': "late",
      "await 0": "The event loop ran empty",
    };
    for (const [code, told] of Object.entries(ends)) {
      const { messages } = await ran(
        ["-"],
        `
        import { openDagsterPipes } from "${REPO_ROOT}/mod.ts";
        await openDagsterPipes();
        ${code};
      `,
      );
      assertStringIncludes(closedException(messages).message, told, code);
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
      using folder = new TempFolder();
      const path = `${folder.path}/messages`;
      const params = { path, include_stdio_in_messages: true };
      const program = `
        import { PipesStdioFileLogWriter, withDagsterPipes } from "${REPO_ROOT}/mod.ts";
        await withDagsterPipes(() => console.log("printed"));
        const copies = new PipesStdioFileLogWriter().open({ logs_dir: "${folder.path}/logs" });
        console.log("copied");
        copies.close();
      `;
      folder.write("messages", "");
      await ran(["-"], program, params);
      const [, message] = messagesOf(folder.read("messages"));
      assertEquals(message?.params, { stream: "stdout", text: "printed\n", extras: {} });
      assertEquals(folder.read("logs/stdout"), "copied\n");
    },
  ),
  there(
    "A launcher that reports what killed a process, for any command",
    async () => {
      const kill = ["supervise", "--", "sh", "-c", "kill -9 $$"];
      const { signal, messages } = await ran([`${REPO_ROOT}/src/cli/main.ts`, ...kill], "");
      assertEquals(signal, "SIGKILL");
      assertStringIncludes(closedException(messages).message, "SIGKILL");
    },
  ),
  there("Runs without Dagster", async () => {
    await withDagsterPipes((pipes) => {
      assertEquals(pipes.isDagsterPipesProcess, false);
      pipes.reportAssetMaterialization({ metadata: { rows: 1 } });
    });
  }),
  there("S3, GCS, Azure Blob Storage, Databricks", () => {
    const names = Object.keys({ ...s3, ...gcs, ...azure, ...databricks });
    for (const store of ["S3", "GCS", "AzureBlobStorage", "UnityCatalogVolumes", "Dbfs"]) {
      assert(names.includes(`Pipes${store}ContextLoader`), store);
      assert(names.includes(`Pipes${store}MessageWriter`), store);
    }
  }),
  there("A session in memory for your unit tests", async () => {
    const t = createTestPipes({ assetKeys: ["a"] });
    await t.run(() => withDagsterPipes((pipes) => pipes.reportAssetMaterialization()));
    assertEquals([t.materializations.length, t.problems], [1, []]);
  }),
  there("A runner for one script without Dagster, which shows its events", async () => {
    const { ok, problems } = await runPipesSession({ command: ["sh", "-c", "true"] });
    assertEquals([ok, problems.map(({ code }) => code)], [true, ["no_messages"]]);
  }),
];
