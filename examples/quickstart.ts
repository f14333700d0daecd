/**
 * A first job for Dagster Pipes: keeps the orders above a price, writes them as CSV, and reports
 * them to Dagster. The same file runs on Deno, Bun and Node.
 *
 * The Dagster side passes two extras, `threshold` (a number) and `output_path`:
 *
 * ```py
 * @dg.asset(check_specs=[dg.AssetCheckSpec("has_orders", asset="orders")])
 * def orders(context: dg.AssetExecutionContext, pipes: dg.PipesSubprocessClient):
 *     return pipes.run(
 *         context=context,
 *         command=["node", "quickstart.ts"],
 *         extras={"threshold": 1.0, "output_path": "/tmp/orders.csv"},
 *     ).get_results()
 * ```
 *
 * @module
 */
import { MetadataValue, withDagsterPipes } from "@dagsterpipes/pipes";

interface Order {
  readonly id: number;
  readonly item: string;
  readonly price: number;
}

const ORDERS: readonly Order[] = [
  { id: 1, item: "pencil", price: 0.4 },
  { id: 2, item: "notebook", price: 3.5 },
  { id: 3, item: "eraser", price: 0.8 },
  { id: 4, item: "fountain pen", price: 24 },
  { id: 5, item: "ink", price: 7.25 },
];

function toCsv(orders: readonly Order[]): string {
  const rows = orders.map(({ id, item, price }) => `${id},${item},${price}`);
  return ["id,item,price", ...rows, ""].join("\n");
}

await withDagsterPipes(async (pipes) => {
  // Without Dagster, as in `node quickstart.ts`, these are the defaults.
  const threshold = Number(pipes.getExtra("threshold", 1));
  const outputPath = String(pipes.getExtra("output_path", "orders.csv"));
  pipes.log.info(`Keeping the orders from a price of ${threshold} on`);

  const kept = ORDERS.filter((order) => order.price >= threshold);
  if (kept.length < ORDERS.length) {
    pipes.log.warning(`Dropped ${ORDERS.length - kept.length} cheap orders`);
  }

  const { writeFile } = await import("node:fs/promises");
  await writeFile(outputPath, toCsv(kept));

  pipes.reportAssetMaterialization({
    metadata: {
      threshold: MetadataValue.float(threshold),
      rows: MetadataValue.int(kept.length),
      file: MetadataValue.path(outputPath),
      preview: MetadataValue.table(kept.map((order) => ({ ...order }))),
    },
    dataVersion: `threshold-${threshold}`,
    assetKey: "orders",
  });
  pipes.reportAssetCheck({
    checkName: "has_orders",
    passed: kept.length > 0,
    metadata: { rows: kept.length },
    assetKey: "orders",
  });
  pipes.reportCustomMessage({ dropped: ORDERS.length - kept.length });
  pipes.log.info(`Wrote ${kept.length} orders to ${outputPath}`);
});
