import { assert } from "@std/assert";
import { checkThroughLauncher } from "../launcher/received.ts";

for (const runtime of ["deno", "bun", "node26"] as const) {
  Deno.test(`${runtime}: 10,000 lines of a command, good and mutated, end no reader of Dagster's, and every good one arrives`, async () => {
    const { good, refused } = await checkThroughLauncher(runtime, 10_000, 3);
    assert(good > 2000 && refused > 2000, `${good} good, ${refused} refused`);
  });
}
