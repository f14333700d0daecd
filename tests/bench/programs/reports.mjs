// One kind of report, many times: `giant` (a log of 10 MB), `metadata` (50 entries).
import { withDagsterPipes } from "@dagsterpipes/pipes";
import { args, tell } from "./tell.mjs";

const [kind, count] = args;
const giant = "0123456789".repeat(1_000_000);
const entries = Object.fromEntries(
  Array.from({ length: 50 }, (_, i) => [`entry_${i}`, i % 2 ? i : `text ${i}`]),
);
await withDagsterPipes((pipes) => {
  const report = {
    giant: () => pipes.log.info(giant),
    metadata: (assetKey) => pipes.reportAssetMaterialization({ assetKey, metadata: entries }),
  }[kind];
  const start = performance.now();
  for (let i = 0; i < Number(count); i++) report(`asset_${i}`);
  tell((performance.now() - start) / Number(count));
});
