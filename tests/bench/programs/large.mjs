// One report of 10,000 rows: the first, or the median of later ones. What it is reported as: `table` (with a schema),
// `inferred` (without), `json` or `payload`. `stringify` is the limit to measure against: the engine alone.
import { MetadataValue, withDagsterPipes } from "@dagsterpipes/pipes";
import { args, tell } from "./tell.mjs";

const [which, kind] = args;
const rows = Array.from({ length: 10_000 }, (_, i) => ({
  id: i,
  name: `row ${i}`,
  price: i / 4,
  sold: i % 3 === 0,
  day: `2026-01-${10 + i % 20}`,
}));
const types = { id: "int", name: "string", price: "float", sold: "bool", day: "string" };
const columns = Object.entries(types).map(([name, type]) => ({ name, type }));
const assetKeys = Array.from({ length: 30 }, (_, i) => `asset_${i}`);
let text = "";

await withDagsterPipes((pipes) => {
  const materialize = (assetKey, value) =>
    pipes.reportAssetMaterialization({ assetKey, metadata: { rows: value } });
  const report = {
    table: (assetKey) => materialize(assetKey, MetadataValue.table(rows, columns)),
    inferred: (assetKey) => materialize(assetKey, MetadataValue.table(rows)),
    json: (assetKey) => materialize(assetKey, MetadataValue.json(rows)),
    payload: () => pipes.reportCustomMessage(rows),
    stringify: () => text = JSON.stringify(rows),
  }[kind];
  const times = assetKeys.slice(0, which === "first" ? 1 : undefined).map((assetKey) => {
    const start = performance.now();
    report(assetKey);
    return performance.now() - start;
  });
  if (kind === "stringify" && text.length < rows.length) throw new Error("rows are missing");
  tell(which === "first" ? times[0] : times.slice(1).sort((a, b) => a - b)[times.length >> 1]);
});
