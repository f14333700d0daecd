import { withDagsterPipes } from "@dagsterpipes/pipes";
import { readOrders, revenueOf } from "../../lib/orders.ts";

/** Parses the answer of a payment service. */
function parseRefund(text: string): { order: number; amount: number } {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error("The payment service sent no JSON", { cause });
  }
}

await withDagsterPipes(async (pipes) => {
  const orders = await readOrders();
  pipes.reportAssetMaterialization({
    assetKey: "payments",
    metadata: { paid: revenueOf(orders) },
  });
  pipes.log.critical("The next line fails on purpose");
  const refund = parseRefund("<html>502 Bad Gateway</html>");
  pipes.reportAssetMaterialization({ assetKey: "refunds", metadata: { amount: refund.amount } });
});
