/**
 * Holds the page on the API against what the entry points export.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { runWell } from "../kit/command.ts";
import { REPO_ROOT } from "../kit/places.ts";
import config from "../../deno.json" with { type: "json" };
import { page } from "./pages.ts";

/** What `deno doc --json` tells of a file. */
interface Documented {
  readonly symbols: readonly {
    readonly name: string;
    readonly declarations: readonly {
      readonly kind: string;
      readonly jsDoc?: { readonly tags?: readonly { readonly kind: string }[] };
    }[];
  }[];
}

const entries = Object.entries(config.exports);

/** The symbols of each entry point, without those that another one shows as its own. */
async function symbolsOf(path: string): Promise<Documented["symbols"]> {
  const command = [Deno.execPath(), "doc", "--json", path];
  const { nodes }: { nodes: Record<string, Documented> } = JSON.parse(
    await runWell(command, { cwd: REPO_ROOT }),
  );
  const [file] = Object.values(nodes);
  return (file?.symbols ?? []).filter(({ declarations }) =>
    declarations.some(({ kind }) => kind !== "reference")
  );
}

const documented = await Promise.all(entries.map(([, path]) => symbolsOf(path)));

Deno.test("every entry point, and all that it exports, stands in the API", () => {
  const { text } = page("docs/api.md");
  for (const [index, [name]] of entries.entries()) {
    if (name !== ".") assert(text.includes(`\`${name.slice(1)}\``), name);
    const symbols = documented[index] ?? [];
    assert(symbols.length > 0, name);
    for (const { name } of symbols) assert(new RegExp(`\`${name}\\b`).test(text), name);
  }
});

Deno.test("each class, function and constant of the package has an example, which runs with the documentation", () => {
  const without = documented.flat().filter(({ declarations }) =>
    declarations.some(({ kind }) => !["interface", "typeAlias"].includes(kind)) &&
    !declarations.some(({ jsDoc }) => jsDoc?.tags?.some(({ kind }) => kind === "example"))
  );
  assertEquals(without.map(({ name }) => name), []);
});

Deno.test("every member of a session in memory stands in the API", async () => {
  const { text } = page("docs/api.md");
  const { createTestPipes } = await import("@dagsterpipes/pipes/testing");
  const names = Object.keys(createTestPipes());
  assert(names.includes("problems"));
  for (const name of names) assert(new RegExp(`\`${name}\\b`).test(text), name);
});
