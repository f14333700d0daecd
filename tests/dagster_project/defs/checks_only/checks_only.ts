import { withDagsterPipes } from "@dagsterpipes/pipes";
import { readFile } from "node:fs/promises";

await withDagsterPipes(async (pipes) => {
  const lines = (await readFile("data/orders.jsonl", "utf8")).trimEnd().split("\n");
  const ids: number[] = lines.map((line) => JSON.parse(line).id);
  const passed = ids.every((id, i) => i === 0 || id > ids[i - 1]!);
  pipes.reportAssetCheck({ assetKey: "orders", checkName: "is_sorted", passed });
});
