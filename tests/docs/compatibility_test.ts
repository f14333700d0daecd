/**
 * Compares the page on compatibility with what the tests and CI run.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { ALL_RUNTIMES } from "../kit/installed.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { page, section } from "./pages.ts";

const PATH = "docs/compatibility.md";

const PROJECT = "examples/dagster_project";

function read(path: string): string {
  return Deno.readTextFileSync(`${REPO_ROOT}/${path}`);
}

Deno.test("the page on compatibility has the versions of Dagster of the tests", () => {
  const [, list = ""] = /^const VERSIONS = \[(.*)\];$/m.exec(
    read("tests/slow/dagster_versions_test.ts"),
  ) ?? [];
  const tested = [...list.matchAll(/"([\d.]+)"/g)].map(([, version]) => version);
  assert(tested.length >= 1);
  const [, table = ""] = /<!-- The versions of Dagster[^]*?-->\n([^]*)<!-- End/
    .exec(page(PATH).text) ?? [];
  const shown = [...table.matchAll(/^\| ([\d.]+) +\|/gm)].map(([, version]) => version);
  assertEquals(shown.sort(), tested.sort());
  // The least of them is what the README promises.
  const least = tested.sort()[0]!.replace(/\.0$/, "");
  assert(page("README.md").text.includes(`Dagster ${least} or later`), least);
  assert(page(PATH).text.includes(`Dagster ${least} or later`), least);
  // So does the example project, of a version that is tested.
  const [, asked = ""] = /"dagster>=([\d.]+)"/.exec(read(`${PROJECT}/pyproject.toml`)) ?? [];
  assert(tested.includes(`${asked}.0`), asked);
  assert(page(PATH).text.includes(`asks for Dagster ${asked} or later`), asked);
});

Deno.test("the page on compatibility has the runtimes of the tests", () => {
  const text = section(PATH, "Runtimes");
  const nodes = ALL_RUNTIMES.flatMap((name) => /^node(\d+)$/.exec(name)?.[1] ?? []);
  assertEquals(ALL_RUNTIMES.length, nodes.length + 2);
  const [last, ...others] = nodes.reverse();
  assert(text.includes(`the newest releases of ${others.reverse().join(", ")} and ${last}`));
  for (const name of ["Deno", "Bun"]) assert(new RegExp(`^\\| ${name} +\\|`, "m").test(text), name);
});

Deno.test("the page on compatibility has the operating systems of CI", () => {
  const systems = [...read(".github/workflows/ci.yml").matchAll(/\b(ubuntu|macos|windows)-latest/g)]
    .map(([, name]) => name!);
  const shown = { ubuntu: "Linux", macos: "macOS", windows: "Windows" };
  const text = section(PATH, "Operating systems");
  for (const [system, name] of Object.entries(shown)) {
    const isTested = systems.includes(system);
    assertEquals(text.includes(`${name} is not tested`), !isTested, name);
    assert(text.includes(name), name);
  }
});
