/**
 * Compares the page on the API with the exports of the entry points.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { runWell } from "../kit/command.ts";
import { REPO_ROOT } from "../kit/places.ts";
import config from "../../deno.json" with { type: "json" };
import { page } from "./pages.ts";

/** The output of `deno doc --json` for a file. */
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

/** Returns the symbols of an entry point, without those that it re-exports from another one. */
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

Deno.test("every entry point, and all that it exports, is in the API", () => {
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

Deno.test("every member of a session in memory is in the API", async () => {
  const { text } = page("docs/api.md");
  const { createTestPipes } = await import("@dagsterpipes/pipes/testing");
  const names = Object.keys(createTestPipes());
  assert(names.includes("problems"));
  for (const name of names) assert(new RegExp(`\`${name}\\b`).test(text), name);
});
