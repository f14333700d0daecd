import { type PipesContext, withDagsterPipes } from "@dagsterpipes/pipes";
import { readFileSync } from "node:fs";
import { memorySession } from "../kit/memory_session.ts";
import { print } from "./telling.ts";

/** Reads every getter of a context: its value, or what it threw. */
function readAll(pipes: PipesContext, extra: string | null): Record<string, unknown> {
  const getters: Record<string, () => unknown> = {
    assetKeys: () => pipes.assetKeys,
    codeVersionByAssetKey: () => pipes.codeVersionByAssetKey,
    provenanceByAssetKey: () => pipes.provenanceByAssetKey,
    assetKey: () => pipes.assetKey,
    codeVersion: () => pipes.codeVersion,
    provenance: () => pipes.provenance,
    isAssetStep: () => pipes.isAssetStep,
    partitionKey: () => pipes.partitionKey,
    partitionKeyRange: () => pipes.partitionKeyRange,
    partitionTimeWindow: () => pipes.partitionTimeWindow,
    isPartitionStep: () => pipes.isPartitionStep,
    runId: () => pipes.runId,
    jobName: () => pipes.jobName,
    retryNumber: () => pipes.retryNumber,
    extras: () => pipes.extras,
    isClosed: () => pipes.isClosed,
    isDagsterPipesProcess: () => pipes.isDagsterPipesProcess,
    aborted: () => pipes.signal.aborted,
  };
  if (extra !== null) getters.getExtra = () => pipes.getExtra(extra);
  const read: Record<string, unknown> = {};
  for (const [name, getter] of Object.entries(getters)) {
    try {
      read[name] = getter();
    } catch (error) {
      const { name: kind, message } = error as Error;
      read[name] = { thrown: kind, message };
    }
  }
  return read;
}

interface Case {
  readonly name: string;
  /** The text of the context, as Python would write it. */
  readonly context: string;
  readonly extra: string | null;
}

const cases = JSON.parse(readFileSync(process.argv[2] ?? "", "utf-8")) as Case[];
const found: Record<string, unknown> = {};
for (const { name, context, extra } of cases) {
  const { options } = memorySession(context);
  found[name] = await withDagsterPipes(options, (pipes) => readAll(pipes, extra));
}
print(found);
