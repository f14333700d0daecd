import { assertEquals } from "@std/assert";
import { RUN_PICTURE, runPicture } from "../tools/run_picture.ts";

Deno.test("the picture of dagsterpipes run shows what it prints", async () => {
  const made = await runPicture();
  const advice = "Run deno run -A tests/tools/run_picture.ts";
  assertEquals(Deno.readTextFileSync(RUN_PICTURE), made, advice);
});
