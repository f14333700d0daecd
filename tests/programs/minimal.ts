import { withDagsterPipes } from "@dagsterpipes/pipes";

await withDagsterPipes((pipes) => {
  pipes.log(`hello ${pipes.runId}`);
  pipes.reportAssetMaterialization({ metadata: { rows: 3 } });
});
