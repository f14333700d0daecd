import { withDagsterPipes } from "@dagsterpipes/pipes";

await withDagsterPipes(async (pipes) => {
  const assetKey = pipes.assetKeys.includes("large") ? "large" : "small";
  // Dagster takes long to store what is large.
  const text = "x".repeat(assetKey === "large" ? 30_000_000 : 1);
  pipes.reportAssetMaterialization({ assetKey, metadata: { text } });
  await new Promise((_, reject) => {
    setTimeout(() => pipes.log.info("waiting for a cancel"), 2_000);
    setTimeout(() => reject(new Error("Nobody cancelled the run")), 60_000);
    pipes.signal.addEventListener("abort", () => reject(pipes.signal.reason));
  }).finally(() => pipes.log.info("cleaned up"));
});
