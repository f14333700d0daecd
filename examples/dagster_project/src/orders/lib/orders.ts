/**
 * What the scripts share: the shape of an order, and the file of orders.
 *
 * @module
 */
import { readFile } from "node:fs/promises";

/** An order. */
export interface Order {
  readonly id: number;
  /** As in `2026-01-31`. */
  readonly day: string;
  readonly customer: string;
  readonly product: string;
  readonly price: number;
}

/** Each line is an order, as JSON. Scripts run in the root of the project. */
export const ORDERS_FILE = "data/orders.jsonl";

/** Reads the orders that `ingest` wrote. */
export async function readOrders(): Promise<Order[]> {
  const lines = (await readFile(ORDERS_FILE, "utf8")).trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line));
}

/** Returns the sum of the prices. */
export function revenueOf(orders: readonly Order[]): number {
  return Math.round(orders.reduce((sum, { price }) => sum + price, 0) * 100) / 100;
}
