/**
 * The feature table of the README. Each row has a check, run by `readme_test.ts`, that fails where the row is not true, or no
 * longer.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as pipesModule from "@dagsterpipes/pipes";
import {
  openDagsterPipes,
  PipesDefaultMessageWriter,
  pipesMetadataValue,
  withDagsterPipes,
} from "@dagsterpipes/pipes";
import { encodeParams } from "../src/protocol/params.ts";
import { currentRuntime } from "../src/runtime/current.ts";
import { REPO_ROOT } from "./tools/setup.ts";
import { PIPES_METADATA_TYPES } from "../src/protocol/metadata_text.ts";
import config from "../deno.json" with { type: "json" };
import { memorySession } from "./session/memory.ts";

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
async function methodsOf(
  fn: (pipes: pipesModule.PipesContext) => void,
): Promise<string[]> {
  const { options, messages } = memorySession();
  await withDagsterPipes(options, fn);
  return messages().map(({ method }) => method);
}

/** The rows, in the order of the README. */
export const FEATURES: readonly Feature[] = [
  there("Context: a temporary or named file, or the environment itself", () => {
    const loader = new pipesModule.PipesDefaultContextLoader();
    assertEquals(loader.loadContext({ data: { run_id: "r" } }), {
      run_id: "r",
    });
  }),
  there("Messages: a file, stdout, stderr, buffered or not", () => {
    for (const key of ["stdio", "buffered_stdio"]) {
      new PipesDefaultMessageWriter().open({ [key]: "stderr" });
    }
  }),
  there(
    "Parameters: environment, command line, an object",
    exports(
      "PipesEnvVarParamsLoader",
      "PipesCliArgsParamsLoader",
      "PipesMappingParamsLoader",
    ),
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
  there("All of Dagster's types of metadata", () => {
    assertEquals(PIPES_METADATA_TYPES.length, 17);
    assertEquals(pipesMetadataValue("a").type, "__infer__");
  }),
  there("Partitions, provenance, code versions, retries", async () => {
    const { options } = memorySession({ partition_key: "p", retry_number: 2 });
    await withDagsterPipes(options, (pipes) => {
      assertEquals([pipes.partitionKey, pipes.retryNumber], ["p", 2]);
      assertEquals([pipes.provenance, pipes.codeVersion], [null, null]);
    });
  }),
  there("Extras of any JSON value, typed by a schema", async () => {
    const { options } = memorySession({ extras: [1] });
    await withDagsterPipes(
      options,
      (pipes) => assertEquals<unknown>(pipes.extras, [1]),
    );
  }),
  there("Exceptions with their causes; `await using`", async () => {
    const { options, messages } = memorySession();
    {
      await using pipes = await openDagsterPipes(options);
      await pipes.close(new Error("a", { cause: "b" }));
    }
    assertEquals(messages().length, 2);
  }),
  there("Cancelling: `pipes.signal`, a grace, the true signal", async () => {
    const { options } = memorySession();
    await withDagsterPipes({ ...options, graceSeconds: 1 }, ({ signal }) => {
      assertEquals(signal.aborted, false);
    });
  }),
  there("Every end that the process can see is told to Dagster", async () => {
    const { options, messages } = memorySession();
    const error = new Error("x");
    await withDagsterPipes(options, () => Promise.reject(error)).catch(
      () => {},
    );
    assert("exception" in messages().at(-1)!.params);
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
        assertEquals(JSON.parse(line).params, {
          stream: "stdout",
          text: "printed\n",
          extras: {},
        });
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
            `${REPO_ROOT}/src/cli.ts`,
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

/** The table as the README shows it. */
export function featureTableMarkdown(): string {
  const rows = FEATURES.map(({ name, isThere }) =>
    `| ${name} | ${isThere ? "yes" : "not yet"} |`
  );
  return ["| Feature | |", "| --- | --- |", ...rows].join("\n");
}
