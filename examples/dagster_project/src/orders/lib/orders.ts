/**
 * What the scripts share: how an order looks, and where orders are kept.
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

/** A file with an order in each line, as JSON. Scripts run in the root of the project. */
export const ORDERS_FILE = "data/orders.jsonl";

/** Reads what `ingest` wrote. */
export async function readOrders(): Promise<Order[]> {
  const lines = (await readFile(ORDERS_FILE, "utf8")).trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line));
}

/** The sum of prices. */
export function revenueOf(orders: readonly Order[]): number {
  return Math.round(orders.reduce((sum, { price }) => sum + price, 0) * 100) / 100;
}
