import { assert, assertEquals } from "@std/assert";
import { createFile } from "../../src/stores/create_file.ts";
import { runtimeCommand } from "../kit/installed.ts";
import { runWell } from "../kit/command.ts";
import { PROGRAMS_DIR } from "../kit/places.ts";
import { TempFolder } from "../kit/temp_folder.ts";

Deno.test("of many that create a file at the same time, one does", async () => {
  using folder = new TempFolder();
  for (let round = 0; round < 30; round++) {
    const path = `${folder.path}/${round}.json`;
    const created = await Promise.all(
      Array.from(
        { length: 10 },
        (_, i) => createFile(path, new Uint8Array(5000).fill(i)).catch((error) => error),
      ),
    );
    assertEquals(created.filter((outcome) => outcome === true).length, 1);
    const bytes = Deno.readFileSync(path);
    assert(bytes.length === 5000 && bytes.every((byte) => byte === bytes[0]));
    assertEquals(created[bytes[0]!], true);
  }
  assertEquals([...Deno.readDirSync(folder.path)].filter(({ name }) => /part/.test(name)), []);
});

Deno.test("of several processes with the same folder, one gets it", async () => {
  using folder = new TempFolder();
  const start = String(Date.now() + 2500);
  const got = await Promise.all(
    (["deno", "bun", "node26", "node26"] as const).map(async (name) => {
      const program = `${PROGRAMS_DIR}/stores/create_files.ts`;
      return Number(await runWell([...runtimeCommand(name), program, folder.path, "200", start]));
    }),
  );
  assertEquals(got.reduce((sum, count) => sum + count), 200, got.join());
});

Deno.test("a file that was left half written is named", async () => {
  using folder = new TempFolder();
  folder.write("1.json.part", "half");
  const error = await createFile(`${folder.path}/1.json`, new Uint8Array(1)).catch(String);
  assertEquals(
    error,
    `Error: ${folder.path}/1.json.part exists: another process is writing it, or was killed while it did. Remove it in that case`,
  );
});
