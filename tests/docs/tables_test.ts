/**
 * Compares the tables of the documentation with the code.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as pipesModule from "@dagsterpipes/pipes";
import { MetadataValue } from "@dagsterpipes/pipes";
import { valueTableMarkdown } from "../json/value_table.ts";
import { memorySession } from "../kit/memory_session.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { FEATURES } from "./features.ts";
import { page, squeezed } from "./pages.ts";

Deno.test("the table of values is the tested one", () => {
  assert(squeezed(page("docs/metadata.md").text).includes(squeezed(valueTableMarkdown())));
});

/** The cells of each row of the table of features, without its head. */
const featureRows = [...page("docs/features.md").text.matchAll(/^\| (.+) \|$/gm)]
  .map(([, row = ""]) => row.trim().split(/ +\| +/)).filter((cells) => cells.length === 8).slice(1)
  .filter(([name]) => !/^-+$/.test(name!));

Deno.test("the table of features is the tested one", () => {
  const shown = featureRows.map(([name, answer]) => [name, answer]);
  assertEquals(shown, FEATURES.map(({ name, isThere }) => [name, isThere ? "yes" : "not yet"]));
});

Deno.test("each answer in the table of features about another package links to a file of one version", () => {
  const { text } = page("docs/features.md");
  const used = new Set<string>();
  for (const [name, , ...answers] of featureRows) {
    for (const answer of answers) {
      const [, reference] = /^\[[^\]]+\]\[([\w-]+)\]$/.exec(answer) ?? [];
      assert(reference !== undefined, `${name}: no source of "${answer}"`);
      used.add(reference);
    }
  }
  const sources = new Map(
    [...text.matchAll(/^\[([\w-]+)\]: (\S+)$/gm)].map(([, name = "", url = ""]) => [name, url]),
  );
  assertEquals([...sources.keys()].sort(), [...used].sort());
  for (const url of sources.values()) {
    const isPinned =
      /^https:\/\/github\.com\/[\w-]+\/[\w-]+\/(blob|tree)\/([0-9a-f]{40}|[\d.]+)(\/|$)/;
    const isReference = /^https:\/\/(pkg\.go\.dev|rdrr\.io)\//;
    assert(isPinned.test(url) || isReference.test(url), url);
  }
});

for (const { name, isThere, check } of FEATURES) {
  Deno.test(`the table of features is right: ${name}: ${isThere ? "yes" : "not yet"}`, check);
}

Deno.test("every class and function of the package is in the API", () => {
  const { text } = page("docs/api.md");
  for (const name of Object.keys(pipesModule)) assert(text.includes(`\`${name}`), name);
});

Deno.test("every member of the context is in the API", async () => {
  const { text } = page("docs/api.md");
  const { options } = memorySession();
  await pipesModule.withDagsterPipes(options, (pipes) => {
    const members = new Set<string>();
    for (let at: object = pipes; at !== Object.prototype; at = Object.getPrototypeOf(at)) {
      for (const name of Object.getOwnPropertyNames(at)) members.add(name);
    }
    const inner = ["constructor", "emitLog", "refuse", "missingExtra"];
    for (const name of members) {
      if (!inner.includes(name)) assert(new RegExp(`\`${name}\\b`).test(text), name);
    }
  });
});

Deno.test("each code of an error has a row with what to do", async () => {
  const source = await Deno.readTextFile(`${REPO_ROOT}/src/errors.ts`);
  const [, union = ""] = /export type DagsterPipesErrorCode =([^;]+);/.exec(source) ?? [];
  const codes = [...union.matchAll(/"(\w+)"/g)].map(([, code]) => code);
  assert(codes.length > 10);
  const rows = [...page("docs/errors.md").text.matchAll(/^\| `(\w+)` +\|(.+)\|(.+)\|$/gm)];
  for (const [row, , cause, advice] of rows) assert(cause?.trim() && advice?.trim(), row);
  assertEquals(rows.map(([, code]) => code).sort(), codes.sort());
});

Deno.test("every builder of metadata is on its page", () => {
  const { text } = page("docs/metadata.md");
  for (const name of Object.keys(MetadataValue)) assert(text.includes(`\`${name}\``), name);
});

Deno.test("the layout of CONTRIBUTING.md is that of src", async () => {
  const text = await Deno.readTextFile(`${REPO_ROOT}/CONTRIBUTING.md`);
  const [table] = /(^\|.*\n)+/m.exec(text.slice(text.indexOf("\n## Layout\n"))) ?? [""];
  const rooms = [...table.matchAll(/^\| `([\w.]+)/gm)].map(([, room]) => room);
  assertEquals(
    rooms.sort(),
    [...Deno.readDirSync(`${REPO_ROOT}/src`)].map(({ name }) => name).sort(),
  );
});
