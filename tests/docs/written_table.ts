/**
 * Tables of the documentation that the tests write.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { REPO_ROOT } from "../kit/places.ts";

/** The lines of a table, of which the first is the head. */
export function tableMarkdown([head = [], ...rows]: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |\n`)
    .join("");
}

/**
 * Checks that the first table after a text of a page is this one. With `WRITE_TABLES=1` in the
 * environment, writes it there instead.
 */
export async function assertTable(page: string, after: string, markdown: string): Promise<void> {
  const path = `${REPO_ROOT}/${page}`;
  const text = await Deno.readTextFile(path);
  assert(text.includes(after), `${page} does not have: ${after}`);
  const start = text.indexOf(after) + after.length;
  const [table = ""] = /(?:^\|.*\n)+/m.exec(text.slice(start)) ?? [];
  if (Deno.env.has("WRITE_TABLES")) {
    const written = text.slice(start).replace(table, () => markdown);
    await Deno.writeTextFile(path, text.slice(0, start) + written);
    const { success } = await new Deno.Command(Deno.execPath(), { args: ["fmt", path] }).output();
    assert(success);
    return;
  }
  // The formatter aligns the columns.
  const squeezed = (lines: string): string => lines.replace(/ +|-+/g, " ");
  assertEquals(squeezed(table), squeezed(markdown));
}
