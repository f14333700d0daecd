/**
 * Every link of the documentation leads somewhere, in the repository and where it is published.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { existsSync } from "@std/fs";
import config from "../../deno.json" with { type: "json" };
import { REPO_ROOT } from "../kit/places.ts";
import { BUNDLING_PAGE, page, PAGES, PROJECT_PAGE, RUNNING_PAGE, TESTING_PAGE } from "./pages.ts";

interface Link {
  readonly from: string;
  /** The path in the repository. */
  readonly path: string;
  /** The heading that it leads to. */
  readonly anchor: string | undefined;
}

/** The links of a text, without those in its code. */
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

Deno.test("every file that the documentation links to is there", () => {
  assert(links.length >= 20);
  for (const { from, path } of links) {
    assert(existsSync(`${REPO_ROOT}/${path}`), `${from} links to ${path}`);
  }
});

Deno.test("every heading that the documentation links to is there", () => {
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

Deno.test("every task of the repository that the documentation names is there", () => {
  const named = [...PAGES, ...others].flatMap(({ text }) =>
    [...text.matchAll(/deno(?:@2)? task ([\w:]+)/g)].map(([, task = ""]) => task)
  );
  assert(named.length >= 2);
  // The task of a user's own, in docs/cancelling.md.
  for (const task of named) assert(task in config.tasks || task === "work", task);
});

Deno.test("what the documentation shows for a shell is run by a test, or starts something of the repository", () => {
  for (const { path, blocks } of PAGES) {
    // Tests of their own run these.
    const others = [
      "README.md",
      "docs/quick-start.md",
      BUNDLING_PAGE,
      PROJECT_PAGE,
      RUNNING_PAGE,
      TESTING_PAGE,
    ];
    if (others.includes(path)) continue;
    for (const { language, file, code } of blocks) {
      if (language !== "sh" || file !== undefined) continue;
      for (const line of code.trim().split("\n")) {
        const [, task] = /^npx -y deno@2 task ([\w:]+)/.exec(line) ?? [];
        const [, program] = /^deno run -A (\S+)/.exec(line) ?? [];
        const isThere = task === undefined
          ? existsSync(`${REPO_ROOT}/${program}`)
          : task in config.tasks;
        assert(isThere, `${path}: ${line}`);
      }
    }
  }
});

Deno.test("every block of code has a language that a test knows", () => {
  for (const { path, blocks } of PAGES) {
    // tests/dagster_project/runs_test.ts runs what is defined there in YAML.
    const known = ["ts", "js", "python", "sh", ...(path === PROJECT_PAGE ? ["yaml"] : [])];
    for (const { language, line } of blocks) assert(known.includes(language), `${path}:${line}`);
  }
});
