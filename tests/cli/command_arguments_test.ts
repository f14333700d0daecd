import { assertEquals } from "@std/assert";
import { nearestWord } from "../../src/cli/command_arguments.ts";

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
  ) assertEquals(nearestWord(word, known), meant, word);
  assertEquals(nearestWord("runn", ["run", "supervise"]), "run");
  assertEquals(nearestWord("anything", []), undefined);
});
