import { assertEquals } from "@std/assert";
import { watchSources } from "../../src/cli/run_at_each_change.ts";
import { TempFolder } from "../kit/temp_folder.ts";

Deno.test("a folder that cannot be watched at all is reported, and nothing is waited for", async () => {
  using folder = new TempFolder();
  const missing = `${folder.path}/missing`;
  const failed: string[] = [];
  const sources = watchSources(missing, (path) => failed.push(path));
  assertEquals(await sources.nextChange, false);
  sources.close();
  assertEquals([...new Set(failed)], [missing]);
});
