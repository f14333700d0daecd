/**
 * Every link of the documentation leads to a file and a heading, in the repository and in the packages.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { existsSync } from "@std/fs";
import config from "../../deno.json" with { type: "json" };
import { REPO_ROOT } from "../kit/places.ts";
import { page, PAGES } from "./pages.ts";

interface Link {
  readonly from: string;
  /** The path in the repository. */
  readonly path: string;
  /** The heading, if it names one. */
  readonly anchor: string | undefined;
}

/** Returns the links of a text, without those in its code. */
function linksOf({ path, text }: { path: string; text: string }): Link[] {
  const prose = text.replace(/^```.*?^```$/gms, "");
  return [...prose.matchAll(/\]\(([^)]+)\)/g)].map(([, link = ""]) => link)
    .filter((link) => !link.startsWith("https://"))
    .map((link) => {
      const { pathname, hash } = new URL(link, `file:///${path}`);
      return { from: path, path: pathname.slice(1), anchor: hash.slice(1) || undefined };
    });
}

const others = ["CONTRIBUTING.md", "CHANGELOG.md"].map((path) => ({
  path,
  text: Deno.readTextFileSync(`${REPO_ROOT}/${path}`),
}));
const links = [...PAGES, ...others].flatMap(linksOf);

Deno.test("every file that the documentation links to exists", () => {
  assert(links.length >= 20);
  for (const { from, path } of links) {
    assert(existsSync(`${REPO_ROOT}/${path}`), `${from} links to ${path}`);
  }
});

Deno.test("every heading that the documentation links to exists", () => {
  for (const { from, path, anchor } of links) {
    if (anchor === undefined) continue;
    const headings = [...page(path).text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
      heading.toLowerCase().replaceAll(/[^\w -]/g, "").replaceAll(" ", "-")
    );
    assert(headings.includes(anchor), `${from} links to ${path}#${anchor}`);
  }
});

Deno.test("what the published pages link to is on JSR and npm as well", () => {
  const included = config.publish.include;
  for (const { from, path } of links) {
    if (from === "CONTRIBUTING.md" || path === "CONTRIBUTING.md") continue;
    const isOnJsr = included.some((name) => path === name || path.startsWith(`${name}/`));
    assert(isOnJsr, `${from} links to ${path}, which is not on JSR`);
    assert(existsSync(`${REPO_ROOT}/dist/npm/${path}`), `${from} links to ${path}, not on npm`);
  }
});

Deno.test("the README links to each page", () => {
  const linked = linksOf(page("README.md")).map(({ path }) => path);
  const pages = PAGES.map(({ path }) => path).filter((path) => path !== "README.md");
  assertEquals(pages.filter((path) => !linked.includes(path)), []);
});
