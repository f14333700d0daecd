import { assertEquals } from "@std/assert";
import { nearest } from "../../src/cli/arguments.ts";

Deno.test("the word that was meant is found, and none where no word is near", () => {
  const known = ["--asset", "--check", "--extras", "--extra", "--timeout"];
  for (
    const [word, meant] of [
      ["--aset", "--asset"],
      ["--assets", "--asset"],
      ["--tiemout", "--timeout"],
      ["--extar", "--extra"],
      ["--chekc", "--check"],
      ["--color", undefined],
      ["-x", undefined],
    ] as const
  ) assertEquals(nearest(word, known), meant, word);
  assertEquals(nearest("runn", ["run", "supervise"]), "run");
  assertEquals(nearest("anything", []), undefined);
});
