/** A script with ways to Dagster of its own, none of which leads anywhere here. */
import { withDagsterPipes } from "@dagsterpipes/pipes";

const nowhere = (): never => {
  throw new Error("there is no store here");
};

await withDagsterPipes({
  messageWriter: { open: nowhere },
  contextLoader: { loadContext: nowhere },
}, (pipes) => pipes.log.info("through the runner"));
