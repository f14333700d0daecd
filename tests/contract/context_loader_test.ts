import { assertEquals, assertMatch } from "@std/assert";
import { RUNTIMES } from "../kit/installed.ts";
import { launch } from "../kit/launch.ts";

/** As Python writes it: with what `JSON.parse` refuses, or would round. */
const TEXT = '{"run_id": "\u00e9\u{1F600}", "extras": {"n": NaN, "big": 1180591620717411303424}}';
const DATA = { "run_id": "\u00e9", extras: { deep: [1, null] } };

for (const runtime of RUNTIMES) {
  Deno.test(`${runtime}: the context loader keeps every promise of its port`, async (t) => {
    const folder = Deno.makeTempDirSync();
    try {
      Deno.writeTextFileSync(`${folder}/context`, TEXT);
      const asked = [
        { path: `${folder}/context` },
        { data: DATA },
        { path: `${folder}/missing` },
        { path: folder },
        { bucket: "b", key: "k" },
        {},
        { data: "text" },
      ].map((params) => JSON.stringify(params));
      const outcome = await launch(
        runtime,
        "../contract/context_loader_program.ts",
        { args: asked },
      );
      assertEquals(outcome.code, 0, outcome.stderr);
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
          const naming = [/missing/, new RegExp(folder), /bucket, key/, /no keys/, /data/];
          for (const [i, pattern] of naming.entries()) {
            assertMatch(String(refused[i]?.message), pattern);
          }
        },
      );
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  });
}
