// One kind of report, many times: `giant` (a log of 10 MB), `metadata` (50 entries), `table` (10,000 rows).
import { MetadataValue, withDagsterPipes } from "@dagsterpipes/pipes";
import { args, tell } from "./tell.mjs";

const [kind, count] = args;
const giant = "0123456789".repeat(1_000_000);
const entries = Object.fromEntries(
  Array.from({ length: 50 }, (_, i) => [`entry_${i}`, i % 2 ? i : `text ${i}`]),
);
const rows = Array.from(
  { length: 10_000 },
  (_, i) => ({ id: i, name: `row ${i}`, price: i / 8, sold: i % 3 === 0 }),
);

await withDagsterPipes((pipes) => {
  const report = {
    giant: () => pipes.log.info(giant),
    metadata: (assetKey) => pipes.reportAssetMaterialization({ assetKey, metadata: entries }),
    table: (assetKey) =>
      pipes.reportAssetMaterialization({
        assetKey,
        metadata: { table: MetadataValue.table(rows) },
      }),
  }[kind];
  const start = performance.now();
  for (let i = 0; i < Number(count); i++) report(`asset_${i}`);
  tell((performance.now() - start) / Number(count));
});
