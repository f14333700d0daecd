import { MetadataValue, withDagsterPipes } from "@dagsterpipes/pipes";
import { mkdir, writeFile } from "node:fs/promises";
import { readOrders, revenueOf } from "../../lib/orders.ts";

await withDagsterPipes(async (pipes) => {
  const day = pipes.partitionKey;
  const orders = (await readOrders()).filter((order) => order.day === day);
  const revenue = revenueOf(orders);
  pipes.log.info(`${orders.length} orders on ${day}`);

  await mkdir("data/daily", { recursive: true });
  await writeFile(`data/daily/${day}.json`, JSON.stringify({ day, revenue }));

  pipes.reportAssetMaterialization({
    metadata: {
      orders: orders.length,
      revenue: MetadataValue.float(revenue),
      from: MetadataValue.timestamp(new Date(pipes.partitionTimeWindow!.start)),
      "dagster/column_schema": MetadataValue.tableSchema([
        { name: "day", type: "string" },
        { name: "revenue", type: "float" },
      ]),
      "dagster/column_lineage": MetadataValue.tableColumnLineage({
        day: [{ assetKey: "orders", columnName: "day" }],
        revenue: [{ assetKey: "orders", columnName: "price" }],
      }),
    },
  });
});
