import { assertEquals } from "@std/assert";
import { REPO_ROOT } from "../kit/places.ts";
import { MUTATIONS } from "./mutations.ts";

Deno.test("what each mutation changes stands just once in its file", () => {
  for (const { file, name, from } of MUTATIONS) {
    const source = Deno.readTextFileSync(`${REPO_ROOT}/src/${file}`);
    assertEquals(source.split(from).length - 1, 1, name);
  }
});
