/** Sends Dagster everything that the context says, as one custom message. */
import process from "node:process";
import {
  PipesCliArgsParamsLoader,
  type PipesContext,
  PipesEnvVarParamsLoader,
  withDagsterPipes,
} from "@dagsterpipes/pipes";

const GETTERS = [
  "isAssetStep",
  "assetKey",
  "assetKeys",
  "codeVersion",
  "codeVersionByAssetKey",
  "provenance",
  "provenanceByAssetKey",
  "isPartitionStep",
  "partitionKey",
  "partitionKeyRange",
  "partitionTimeWindow",
  "runId",
  "jobName",
  "retryNumber",
  "extras",
  "isClosed",
  "isDagsterPipesProcess",
] as const;

/**
 * A value in words where JSON has none, and every number, so that no kind of it gets lost on the
 * way back.
 */
function told(value: unknown): unknown {
  if (typeof value === "bigint") return `bigint ${value}`;
  if (typeof value === "number") {
    return `number ${Object.is(value, -0) ? "-0" : value}`;
  }
  if (Array.isArray(value)) return value.map(told);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, told(part)]));
}

function read(pipes: PipesContext<unknown>, getter: typeof GETTERS[number]): unknown {
  try {
    return told(pipes[getter]);
  } catch (error) {
    return error instanceof Error
      ? { throws: error.name, message: error.message }
      : { throws: String(error) };
  }
}

const byArguments = process.argv.includes("by-arguments");
const paramsLoader = byArguments ? new PipesCliArgsParamsLoader() : new PipesEnvVarParamsLoader();

await withDagsterPipes({ paramsLoader }, (pipes) => {
  pipes.reportCustomMessage(
    Object.fromEntries(GETTERS.map((getter) => [getter, read(pipes, getter)])),
  );
});
