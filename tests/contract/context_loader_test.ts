import { assertEquals, assertMatch } from "@std/assert";
import { RUNTIMES } from "../kit/installed.ts";
import { launchWell } from "../kit/launch.ts";
import { TempFolder } from "../kit/temp_folder.ts";

/** As Python writes it: with what `JSON.parse` refuses, or would round. */
const TEXT = '{"run_id": "\u00e9\u{1F600}", "extras": {"n": NaN, "big": 1180591620717411303424}}';
const DATA = { "run_id": "\u00e9", extras: { deep: [1, null] } };

for (const runtime of RUNTIMES) {
  Deno.test(`${runtime}: the context loader keeps every promise of its port`, async (t) => {
    using folder = new TempFolder();
    folder.write("context", TEXT);
    const asked = [
      { path: `${folder.path}/context` },
      { data: DATA },
      { path: `${folder.path}/missing` },
      { path: folder.path },
      { bucket: "b", key: "k" },
      {},
      { data: "text" },
    ].map((params) => JSON.stringify(params));
    const outcome = await launchWell(
      runtime,
      "../contract/context_loader_program.ts",
      { args: asked },
    );
    const [file, data, ...refused] = JSON.parse(outcome.stdout) as Record<string, unknown>[];

    await t.step(
      "a file comes back as its exact text, as often as it is asked for",
      () => {
        assertEquals(file, { context: TEXT, again: true });
      },
    );
    await t.step(
      "data comes back as it is",
      () => assertEquals(data, { context: DATA, again: true }),
    );
    await t.step(
      "params that lead nowhere are an error that names the file or the keys",
      () => {
        assertEquals(refused.map(({ name }) => name), Array(5).fill("DagsterPipesError"));
        const naming = [/missing/, new RegExp(folder.path), /bucket, key/, /no keys/, /data/];
        for (const [i, pattern] of naming.entries()) {
          assertMatch(String(refused[i]?.message), pattern);
        }
      },
    );
  });
}
