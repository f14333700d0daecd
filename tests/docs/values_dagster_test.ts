/**
 * Compares the table of values with Dagster itself.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { materializationLine } from "../../src/protocol/reports.ts";
import { show } from "../dagster/held.ts";
import { Judge } from "../dagster/judge.ts";
import { VALUE_TABLE } from "../json/value_table.ts";

Deno.test("Dagster stores the values of the table of values", async () => {
  const judge = await Judge.start();
  try {
    for (const { value, make, metadata } of VALUE_TABLE) {
      if ("refused" in metadata) continue;
      await judge.reset();
      const line = materializationLine("a", undefined, { v: make() });
      const { taken, error, held: [held] } = await judge.line(`${line}\n`);
      assert(taken, `${value}: ${error}`);
      assert(held?.kind === "materialization");
      const tree = held.metadata.v?.tree;
      assertEquals(tree && show(tree), metadata.held, value);
    }
  } finally {
    await judge.close();
  }
});
