import {
  PipesCliArgsParamsLoader,
  type PipesContext,
  PipesDefaultContextLoader,
  PipesDefaultMessageWriter,
  PipesEnvVarParamsLoader,
  PipesMappingParamsLoader,
  type PipesMessageWriter,
  type PipesOptions,
  withDagsterPipes,
} from "@dagsterpipes/pipes";
import { readFileSync } from "node:fs";
import { memorySession } from "../kit/memory_session.ts";
import { print, rejectedBy } from "./telling.ts";

function work(pipes: PipesContext): void {
  console.log("printed on stdout");
  console.error("printed on stderr");
  pipes.log(`hello ${pipes.runId}`);
  pipes.reportCustomMessage({ extras: pipes.extras });
  console.log("printed later");
  console.error("printed later");
}

function options(name: string, file: string): PipesOptions {
  switch (name) {
    case "env":
      return {
        paramsLoader: new PipesEnvVarParamsLoader(),
        contextLoader: new PipesDefaultContextLoader(),
        messageWriter: new PipesDefaultMessageWriter(),
      };
    case "cli":
      return { paramsLoader: new PipesCliArgsParamsLoader() };
    case "mapping":
      return {
        paramsLoader: new PipesMappingParamsLoader(JSON.parse(readFileSync(file, "utf-8"))),
      };
    default:
      return {};
  }
}

/** Everything is the user's own, and slow; the order of the calls is what counts. */
async function own(): Promise<void> {
  const calls: unknown[] = [];
  const slow = async <T>(name: string, value: T): Promise<T> => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    calls.push(name);
    return value;
  };
  await withDagsterPipes({
    paramsLoader: {
      isDagsterPipesProcess: () => true,
      loadContextParams: () => slow("context params", { where: "here" }),
      loadMessagesParams: () => slow("messages params", { to: "there" }),
    },
    contextLoader: {
      loadContext: (params) =>
        slow(
          `context from ${JSON.stringify(params)}`,
          `{"run_id": "own", "asset_keys": null, "extras": {"n": NaN}}`,
        ),
    },
    messageWriter: {
      open: (params) =>
        slow(`open ${JSON.stringify(params)}`, {
          writeMessage: (line: string) => void calls.push(line),
          close: () => slow("channel closed", undefined),
        }),
      getOpenedExtras: () => ({ url: "https://logs.example/1" }),
    },
  }, (pipes) => {
    pipes.log(`run ${pipes.runId} ${pipes.getExtra("n")}`);
  });
  print(calls);
}

/** A channel that fails in the middle, and one that cannot be opened or closed. */
async function broken(): Promise<void> {
  const found: Record<string, unknown> = {};
  const { options } = memorySession();
  const fail = (): never => {
    throw new Error("the cable is cut");
  };
  const attempt = async (name: string, messageWriter: PipesMessageWriter): Promise<void> => {
    const run = () => withDagsterPipes({ ...options, messageWriter }, (pipes) => pipes.log("x"));
    found[name] = await rejectedBy(run);
  };
  await attempt("open", { open: fail });
  await attempt("write", {
    open: () => ({
      writeMessage: (line) => line.includes('"log"') ? fail() : undefined,
      close() {},
    }),
  });
  await attempt("close", { open: () => ({ writeMessage() {}, close: fail }) });
  await attempt("extras", {
    open: () => ({ writeMessage() {}, close() {} }),
    getOpenedExtras: fail,
  });
  await attempt("fine again", { open: () => ({ writeMessage() {}, close() {} }) });
  print(found);
}

const [name = "", file = ""] = process.argv.slice(2);
if (name === "own") await own();
else if (name === "broken") await broken();
else await withDagsterPipes(options(name, file), work);
