/** Reports a data version made from what the last materialization was made from. */
import { withDagsterPipes } from "@dagsterpipes/pipes";

await withDagsterPipes((pipes) => {
  const { provenance } = pipes;
  pipes.reportCustomMessage(provenance);
  pipes.reportAssetMaterialization({
    dataVersion: `after ${provenance?.codeVersion ?? "nothing"}`,
  });
});
