/**
 * The documentation, as the tests read it: the README and the pages of `docs/`, and the code that
 * they show.
 *
 * @module
 */
import { REPO_ROOT } from "../kit/places.ts";

/** A block of code that a page shows. */
export interface CodeBlock {
  /** The word behind the opening fence. */
  readonly language: string;
  /** The file that it says to be, in a comment on its first line. */
  readonly file: string | undefined;
  readonly code: string;
  /** Where it starts on the page. */
  readonly line: number;
}

/** A page of the documentation. */
export interface Page {
  /** Its path in the repository. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly CodeBlock[];
}

const FENCED = /^```(\w*)\n(.*?)^```$/gms;
const NAMED = /^(?:\/\/|#) ([\w.-]+\.\w+)\n/;

/** The blocks of code in a text. */
export function blocksOf(text: string): CodeBlock[] {
  return [...text.matchAll(FENCED)].map(({ 1: language = "", 2: code = "", index }) => ({
    language,
    file: NAMED.exec(code)?.[1],
    code,
    line: text.slice(0, index).split("\n").length,
  }));
}

function readPage(path: string): Page {
  const text = Deno.readTextFileSync(`${REPO_ROOT}/${path}`);
  return { path, text, blocks: blocksOf(text) };
}

const names = [...Deno.readDirSync(`${REPO_ROOT}/docs`)].map(({ name }) => name);

/** Every page, the README first. */
export const PAGES: readonly Page[] = [
  "README.md",
  ...names.filter((name) => name.endsWith(".md")).sort().map((name) => `docs/${name}`),
].map(readPage);

/** The page that needs stores to run; `stores_test.ts` does that. */
export const STORES_PAGE = "docs/stores.md";

/** The page on tests, which are run by their own runners; `testing_test.ts` does that. */
export const TESTING_PAGE = "docs/testing.md";

/** The page of the example project; `tests/dagster_project` and `tests/slow` run what it shows. */
export const PROJECT_PAGE = "docs/dagster_project.md";

/** The page on running without Dagster; `running_test.ts` does what it shows. */
export const RUNNING_PAGE = "docs/running.md";

/** The page on bundlers, whose commands `tests/slow` runs. */
export const BUNDLING_PAGE = "docs/bundling.md";

/** One page. */
export function page(path: string): Page {
  const found = PAGES.find((page) => page.path === path);
  if (found === undefined) throw new Error(`There is no page "${path}"`);
  return found;
}

/** The part of a page below a heading of the second level. */
export function section(path: string, heading: string): string {
  const [, text] = page(path).text.split(`\n## ${heading}\n`);
  if (text === undefined) throw new Error(`${path} has no part ${heading}`);
  return text.split(/^## /m)[0]!;
}

/** The only block of a language in a text. */
export function only(text: string, language: string): string {
  const found = blocksOf(text).filter((block) => block.language === language);
  const [block, second] = found;
  if (block === undefined || second !== undefined) {
    throw new Error(`${found.length} blocks of ${language} in ${text}`);
  }
  return block.code;
}

/** Tables are compared without the spaces that line up their columns. */
export function squeezed(markdown: string): string {
  return markdown.replace(/ +\|/g, " |").replace(/\| +/g, "| ").replace(/-{3,}/g, "---");
}
