/** Hands on what it is told of its step. */
import { withDagsterPipes } from "@dagsterpipes/pipes";

await withDagsterPipes((pipes) => {
  const { assetKeys, extras, partitionKeyRange: range, retryNumber } = pipes;
  const { partitionTimeWindow: window } = pipes;
  pipes.reportCustomMessage({ assetKeys, extras, range, retryNumber, window });
});
