import { MetadataValue, withDagsterPipes } from "@dagsterpipes/pipes";
import { type Order, ORDERS_FILE } from "../../lib/orders.ts";

const CUSTOMERS = ["Ada", "Grace", "Edsger", "Barbara"];
const PRODUCTS = [
  { product: "pencil", price: 0.4 },
  { product: "notebook", price: 3.5 },
  { product: "ink", price: 7.25 },
  { product: "fountain pen", price: 24 },
];

/** Makes up orders: the same in each run, and more on each day. */
function makeOrders(days: number): Order[] {
  let state = 7;
  const pick = <T>(values: readonly T[]): T => {
    state = (state * 48271) % 2147483647;
    return values[state % values.length]!;
  };
  const orders: Order[] = [];
  for (let day = 0; day < days; day++) {
    for (let n = 0; n < 20 + 2 * day; n++) {
      orders.push({
        id: orders.length + 1,
        day: new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10),
        customer: pick(CUSTOMERS),
        ...pick(PRODUCTS),
      });
    }
  }
  return orders;
}

await withDagsterPipes((pipes) => {
  const threshold = Number(pipes.getExtra("threshold"));
  const all = makeOrders(Number(pipes.getExtra("days")));
  const orders = all.filter(({ price }) => price >= threshold);
  pipes.log.info(`Got ${all.length} orders`);
  pipes.log.debug(`The threshold is ${threshold}`);
  if (orders.length < all.length) {
    pipes.log.warning(`Dropped ${all.length - orders.length} orders below ${threshold}`);
  }

  Deno.mkdirSync("data", { recursive: true });
  Deno.writeTextFileSync(ORDERS_FILE, orders.map((o) => JSON.stringify(o) + "\n").join(""));

  pipes.reportAssetMaterialization({
    metadata: {
      "dagster/row_count": orders.length,
      "dagster/column_schema": MetadataValue.tableSchema([
        { name: "id", type: "int", constraints: { unique: true, nullable: false } },
        { name: "day", type: "string", description: "As in 2026-01-31" },
        { name: "customer", type: "string" },
        { name: "product", type: "string" },
        { name: "price", type: "float" },
      ]),
      preview: MetadataValue.table(orders.slice(0, 5)),
      source: new URL("https://example.com/orders"),
      file: MetadataValue.path(ORDERS_FILE),
    },
  });
  pipes.reportAssetCheck({
    checkName: "not_empty",
    passed: orders.length > 0,
    metadata: { dropped: all.length - orders.length },
  });
});
