import { withDagsterPipes } from "@dagsterpipes/pipes";
import { contextLoader } from "./channels/bucket_context.ts";

// Names no more than where its context comes from.

await withDagsterPipes({ contextLoader }, (pipes) => pipes.log(pipes.runId));
