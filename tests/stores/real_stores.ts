/**
 * Stand-ins for stores, and real Dagster with its injectors and readers for them.
 *
 * @module
 */
import { freePort } from "../kit/free_port.ts";
import {
  runtimeBinary,
  runtimeCommand,
  type RuntimeName,
  STORE_CLIENTS_DIR,
  storesPython,
} from "../kit/installed.ts";
import { PROGRAMS_DIR, REPO_ROOT } from "../kit/places.ts";
import { TempFolder } from "../kit/temp_folder.ts";
import { installStores } from "../tools/install.ts";

const PYTHON_DIR = `${REPO_ROOT}/tests/stores/python`;

/** The account that Azurite knows from the beginning; its key is in its documentation. */
const AZURE_ACCOUNT = "devstoreaccount1";
const AZURE_KEY =
  "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/** The stores that a script can be told of. */
export type StoreName = "s3" | "gcs" | "azure" | "volumes" | "dbfs";

/** All of them. */
export const STORES: readonly StoreName[] = ["s3", "gcs", "azure", "volumes", "dbfs"];

/** Where the stores are that are reached by HTTP. */
export interface StoreUrls {
  readonly s3: string;
  readonly gcs: string;
  readonly azure: string;
}

/** What Azure's clients take in place of a URL. */
export function azureConnection(url: string): string {
  return `DefaultEndpointsProtocol=http;AccountName=${AZURE_ACCOUNT};AccountKey=${AZURE_KEY};` +
    `BlobEndpoint=${url}/${AZURE_ACCOUNT};`;
}

/** How a script is run by Dagster. */
export interface StoreRun {
  readonly store: StoreName;
  readonly runtime: RuntimeName;
  /** What the script does, and how. */
  readonly script: readonly string[];
  /** The `interval` of both sides, in seconds. Default: 1. */
  readonly interval?: number;
  /** How long Dagster takes for a message at least, in milliseconds. */
  readonly handling?: number;
  /** Whether Dagster stores its events in SQLite. Default: in memory. */
  readonly sqlite?: boolean;
  /** Whether what the script prints becomes messages. */
  readonly stdio?: boolean;
  /** Where the script finds the stores, if elsewhere than Dagster does. */
  readonly urls?: Partial<StoreUrls>;
  /** A signal that the script gets when it has printed a line. */
  readonly signal?: "SIGINT" | "SIGTERM" | "SIGKILL";
  readonly extras?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  /** In place of the script of the tests. */
  readonly command?: readonly string[];
  /** In place of the store's own reader: one of a log, or one for two processes with that store. */
  readonly reader?: "kubernetes" | "docker" | "cloudwatch" | "lambda" | "composite";
  /** What a Lambda function is invoked with, once for each. */
  readonly events?: readonly Readonly<Record<string, unknown>>[];
}

/** What Dagster says of a run. */
export interface StoreOutcome {
  readonly success: boolean;
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly opened: boolean;
  readonly closed: boolean;
  readonly exception: { readonly name: string | null; readonly message: string } | null;
  /** How many of the numbered messages are stored, and whether they are those up to there. */
  readonly messages: number;
  readonly inOrder: boolean;
  /** The other log messages. */
  readonly logs: readonly string[];
  /** What Dagster itself has to say of the messages. */
  readonly notes: readonly string[];
  /** What became a message of what the script printed. */
  readonly streams?: readonly (readonly [stream: string, text: string])[];
  readonly materializations: readonly Readonly<Record<string, unknown>>[];
  readonly checks: readonly boolean[];
  readonly failures: readonly string[];
  readonly processSeconds: number;
  readonly seconds: number;
}

const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGKILL: 9 };

/** The stores and a Dagster that runs scripts with them, until the scope is left. */
export class RealStores {
  readonly urls: StoreUrls;
  readonly #children: readonly Deno.ChildProcess[];
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #waiting = new Map<number, PromiseWithResolvers<StoreOutcome>>();
  readonly #isUp: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #reading: Promise<void>;
  #count = 0;

  private constructor(urls: StoreUrls, children: Deno.ChildProcess[], dagster: Deno.ChildProcess) {
    this.urls = urls;
    this.#children = children;
    this.#input = dagster.stdin.getWriter();
    this.#reading = this.#read(dagster.stdout);
  }

  /** Starts them all. */
  static async start(): Promise<RealStores> {
    await installStores();
    const azure = await startAzurite();
    const servers = python("servers.py", String(freePort()));
    const urls = { ...await firstLine(servers.stdout) as StoreUrls, azure: azure.url };
    const where = { ...urls, azure: azureConnection(urls.azure) };
    const dagster = python("harness.py", JSON.stringify(where));
    const stores = new RealStores(urls, [azure.child, servers, dagster], dagster);
    await stores.#isUp.promise;
    return stores;
  }

  /** Runs a script in Dagster. Several may run at the same time. */
  async run(run: StoreRun): Promise<StoreOutcome> {
    const id = this.#count++;
    const answer = Promise.withResolvers<StoreOutcome>();
    this.#waiting.set(id, answer);
    const { store, interval = 1, handling, sqlite, stdio, extras, signal, reader, events } = run;
    const request = {
      id,
      store,
      interval,
      handling,
      sqlite,
      stdio,
      extras,
      reader,
      events,
      ...(signal === undefined ? {} : { signal: SIGNALS[signal] }),
      env: { ...this.scriptEnv(run.urls), ...run.env },
      command: run.command ?? scriptCommand(run.runtime, [store, String(interval), ...run.script]),
    };
    await this.#input.write(new TextEncoder().encode(`${JSON.stringify(request)}\n`));
    return await answer.promise;
  }

  /** What the programs of the tests need to find the stores. */
  scriptEnv(urls: Partial<StoreUrls> = {}): Record<string, string> {
    const { s3, gcs, azure } = { ...this.urls, ...urls };
    return {
      STORE_S3: s3,
      STORE_GCS: gcs,
      STORE_AZURE: azureConnection(azure),
      NO_COLOR: "1",
      NODE_NO_WARNINGS: "1",
    };
  }

  /** Ends them all. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input.close();
    await this.#reading;
    for (const child of this.#children) {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended.
      }
      await child.status;
    }
  }

  async #read(stdout: ReadableStream<Uint8Array>): Promise<void> {
    for await (const line of linesOf(stdout)) {
      const { dagster, id, error, ...outcome } = JSON.parse(line);
      if (dagster !== undefined) this.#isUp.resolve();
      const answer = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) answer?.resolve(outcome);
      else answer?.reject(new Error(`The harness failed: ${error}`));
    }
    for (const { reject } of this.#waiting.values()) reject(new Error("Dagster's process ended"));
  }
}

/** The command that runs a program with a store. */
export function scriptCommand(
  runtime: RuntimeName,
  args: readonly string[],
  program: string = "stores/script.ts",
): string[] {
  return [...programCommand(runtime, `${PROGRAMS_DIR}/${program}`), ...args];
}

function programCommand(runtime: RuntimeName, path: string): string[] {
  const command = runtimeCommand(runtime);
  // It finds the clients and the npm build where Bun and Node do.
  if (runtime === "deno") command.push("--no-config", "--node-modules-dir=manual");
  return [...command, path];
}

/** The command that runs the script of the tests under the launcher, whose channel is the store. */
export function supervisedCommand(
  runtime: RuntimeName,
  store: StoreName,
  script: readonly string[],
): string[] {
  return [
    // What the source imports is not where the clients are.
    ...programCommand(runtime, `${REPO_ROOT}/dist/npm/src/cli/main.js`),
    "supervise",
    "--transport",
    `${PROGRAMS_DIR}/stores/channel.ts`,
    "--",
    ...scriptCommand(runtime, [store, "1", ...script]),
  ];
}

function python(script: string, argument: string): Deno.ChildProcess {
  return new Deno.Command(storesPython(), {
    args: [`${PYTHON_DIR}/${script}`, argument],
    env: { DAGSTER_DISABLE_TELEMETRY: "1", PYTHONDONTWRITEBYTECODE: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
}

async function startAzurite(): Promise<{ child: Deno.ChildProcess; url: string }> {
  const port = freePort();
  const child = new Deno.Command(runtimeBinary("node22"), {
    args: [
      `${STORE_CLIENTS_DIR}/azurite/dist/src/blob/main.js`,
      "--inMemoryPersistence",
      "--skipApiVersionCheck",
      "--blobPort",
      String(port),
    ],
    cwd: new TempFolder().path,
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  // It prints each request, and would end where nobody reads that.
  const isUp = Promise.withResolvers<void>();
  void (async () => {
    for await (const line of linesOf(child.stdout)) {
      if (line.includes("successfully listens")) isUp.resolve();
    }
    isUp.reject(new Error("Azurite ended"));
  })();
  await isUp.promise;
  return { child, url: `http://127.0.0.1:${port}` };
}

async function firstLine(stdout: ReadableStream<Uint8Array>): Promise<unknown> {
  for await (const line of linesOf(stdout)) return JSON.parse(line);
  throw new Error("A stand-in for stores ended before it said where it is");
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
}
