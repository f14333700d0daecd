import { MetadataValue, withDagsterPipes } from "@dagsterpipes/pipes";
import { type Order, readOrders, revenueOf } from "../../lib/orders.ts";

await withDagsterPipes(async (pipes) => {
  const orders = await readOrders();

  function report(asset: string, column: "product" | "customer"): void {
    const groups = Map.groupBy(orders, (order: Order) => order[column]);
    const rows = [...groups]
      .map(([name, group]) => ({ [column]: name, revenue: revenueOf(group) }))
      .sort((a, b) => Number(b.revenue) - Number(a.revenue));
    Deno.writeTextFileSync(`data/best_${column}s.json`, JSON.stringify(rows));
    // With several assets, each report names its own.
    pipes.reportAssetMaterialization({
      assetKey: asset,
      metadata: {
        rows: MetadataValue.table(rows),
        "dagster/column_lineage": MetadataValue.tableColumnLineage({
          [column]: [{ assetKey: "orders", columnName: column }],
          revenue: [{ assetKey: "orders", columnName: "price" }],
        }),
      },
    });
  }

  report("best/products", "product");
  report("best/customers", "customer");
});
