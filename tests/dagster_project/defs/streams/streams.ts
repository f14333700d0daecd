import { withDagsterPipes } from "@dagsterpipes/pipes";
import { access } from "node:fs/promises";

const isThere = (path: string) => access(path).then(() => true, () => false);

await withDagsterPipes(async (pipes) => {
  pipes.reportAssetMaterialization({ assetKey: "early" });
  // Made by whoever saw in Dagster's storage that `early` is materialized.
  const deadline = Date.now() + 30_000;
  while (!await isThere("data/early_is_stored")) {
    if (Date.now() > deadline) throw new Error("Nobody saw what was reported");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  pipes.reportAssetMaterialization({ assetKey: "late" });
});
