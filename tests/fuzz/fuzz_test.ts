import { assertEquals, assertGreater } from "@std/assert";
import { fuzz, SEED } from "./fuzz.ts";

Deno.test("500 generated reports are each refused or held by Dagster as they were given", async () => {
  const { accepted, refused, deaths } = await fuzz(500, SEED);
  assertEquals(deaths, 0);
  assertGreater(Math.min(accepted, refused), 100);
});
