/**
 * The job of Dagster's first steps: keep the rows over a threshold, write them, and tell Dagster
 * about them.
 */
import { writeFileSync } from "node:fs";
import { MetadataValue, withDagsterPipes } from "@dagsterpipes/pipes";

const ROWS = [{ item: "nail", price: 0.5 }, { item: "saw", price: 19 }, {
  item: "drill",
  price: 80.25,
}];

await withDagsterPipes((pipes) => {
  const threshold = pipes.getExtra("threshold");
  const output = pipes.getExtra("output_path");
  if (typeof threshold !== "number" || typeof output !== "string") {
    throw new TypeError("The extras are not as expected");
  }
  const kept = ROWS.filter((row) => row.price > threshold);
  writeFileSync(
    output,
    ["item,price", ...kept.map((row) => `${row.item},${row.price}`), ""].join("\n"),
  );
  pipes.reportAssetMaterialization({
    metadata: {
      threshold: MetadataValue.float(threshold),
      row_count: MetadataValue.int(kept.length),
      output: MetadataValue.path(output),
      preview: MetadataValue.table(kept),
    },
  });
  pipes.reportAssetCheck({ checkName: "not_empty", passed: kept.length > 0 });
  pipes.reportCustomMessage({ kept: kept.map((row) => row.item) });
  pipes.log.info(`Kept ${kept.length} rows over ${threshold}`);
});
