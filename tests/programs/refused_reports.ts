import { withDagsterPipes } from "@dagsterpipes/pipes";

// Asks for what is not there, and reports what Dagster could not take, each call on a line of its
// own, and tells what is thrown.

const said: Record<string, { message: string; line: string }> = {};

function tell(name: string, call: () => void): void {
  try {
    call();
  } catch (error) {
    const { message, stack = "" } = error as Error;
    const line = stack.split("\n").find((frame) => /^\s+at |@/.test(frame)) ?? "";
    said[name] = { message, line };
  }
}

await withDagsterPipes((pipes) => {
  const bad = { table: { records: [{ price: NaN }] } };
  tell("materialization", function callsMaterialization() {
    pipes.reportAssetMaterialization({ metadata: bad });
  });
  tell("check", function callsCheck() {
    pipes.reportAssetCheck({ checkName: "fresh", passed: true, metadata: bad });
  });
  tell("payload", function callsPayload() {
    pipes.reportCustomMessage([undefined]);
  });
  pipes.reportCustomMessage = pipes.reportCustomMessage.bind(pipes);
  tell("replaced", function callsReplaced() {
    pipes.reportCustomMessage([undefined]);
  });
  tell("log", function callsLog() {
    pipes.log("x", "TRACE" as never);
  });
  tell("error", function callsError() {
    pipes.log.error(5 as never);
  });
  tell("extra", function asksForExtra() {
    pipes.getExtra("treshold");
  });
  tell("partition", function readsPartition() {
    void pipes.partitionKey;
  });
  tell("range", function readsRange() {
    void pipes.partitionKeyRange;
  });
});
console.log(JSON.stringify(said));
