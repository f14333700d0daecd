/** Does what a script may do, for whoever runs it. */
import process from "node:process";
import { MetadataValue, withDagsterPipes } from "@dagsterpipes/pipes";

await withDagsterPipes((pipes) => {
  pipes.log.debug("first");
  process.stdout.write("printed\n");
  console.error("to stderr");
  pipes.reportAssetMaterialization({
    assetKey: "orders",
    dataVersion: "v1",
    metadata: {
      rows: 120,
      share: MetadataValue.float(1),
      preview: MetadataValue.table([{ id: 1, item: "ink" }, { id: 20, item: "pen" }]),
      plot: MetadataValue.image("<svg/>"),
    },
  });
  pipes.reportAssetCheck({ assetKey: "orders", checkName: "not_empty", passed: true });
  pipes.reportCustomMessage({ extras: pipes.extras, range: pipes.isPartitionStep });
  pipes.logExternalStream("stdout", "of another\n");
  process.stdout.write("the end, without a line end");
});
