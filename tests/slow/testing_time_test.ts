import { assert } from "@std/assert";
import { launchWell } from "../kit/launch.ts";

Deno.test("deno: the first session of a test takes less than 20 ms, up to reading its result", async () => {
  const times: number[] = [];
  // Another process may take the time of one attempt.
  while (times.length < 5 && !times.some((ms) => ms < 20)) {
    const { stdout } = await launchWell("deno", "testing.ts");
    times.push(JSON.parse(stdout).ms);
  }
  assert(times.some((ms) => ms < 20), `it took ${times.join(", ")} ms`);
});
