/**
 * The documentation, as the tests read it: the README and the pages of `docs/`, with their code.
 *
 * @module
 */
import { REPO_ROOT } from "../kit/places.ts";

/** A block of code that a page shows. */
export interface CodeBlock {
  /** The word after the opening fence. */
  readonly language: string;
  /** The file that a comment on the first line names. */
  readonly file: string | undefined;
  readonly code: string;
  /** The line of the page on which it starts. */
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
const NAMED = /^(?:\/\/|#) ([\w./-]+\.\w+)\n/;

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

/** The page whose code needs stores; `tests/slow/docs_stores_test.ts` runs it. */
export const STORES_PAGE = "docs/stores.md";

/** The page on tests; `testing_test.ts` runs them by their runners. */
export const TESTING_PAGE = "docs/testing.md";

/** The page of the example project; `tests/dagster_project` and `tests/slow` run its code. */
export const PROJECT_PAGE = "docs/dagster_project.md";

/** The page on running without Dagster; `running_test.ts` runs its commands. */
export const RUNNING_PAGE = "docs/running.md";

/** The page on bundlers; `tests/slow` runs its commands. */
export const BUNDLING_PAGE = "docs/bundling.md";

/** The page for projects of `dg`; `tests/slow` follows its steps in one. */
export const EXISTING_PROJECT_PAGE = "docs/existing-project.md";

/** The page on the compiler and CI; `tests/slow/docs_typescript_test.ts` runs its commands. */
export const TYPESCRIPT_PAGE = "docs/typescript-and-ci.md";

/** The page on servers, of which one never ends; `tests/slow/docs_servers_test.ts` runs them. */
export const SERVERS_PAGE = "docs/servers.md";

/** The page on containers; `tests/slow/docs_platforms_test.ts` builds and runs them. */
export const CONTAINERS_PAGE = "docs/docker-kubernetes.md";

/** The page on a reader to copy; `long_messages_test.ts` copies it. */
export const LONG_MESSAGES_PAGE = "docs/long-messages.md";

/** Whether Python needs a platform, for which `tests/slow/docs_platforms_test.ts` has stand-ins. */
export function needsPlatform({ code }: CodeBlock): boolean {
  return /^from dagster_(docker|k8s|aws\.pipes import PipesLambdaClient)\b/m.test(code);
}

/** One page. */
export function page(path: string): Page {
  const found = PAGES.find((page) => page.path === path);
  if (found === undefined) throw new Error(`Cannot find the page "${path}"`);
  return found;
}

/** The text of a page under a heading of the second level. */
export function section(path: string, heading: string): string {
  const [, text] = page(path).text.split(`\n## ${heading}\n`);
  if (text === undefined) throw new Error(`Cannot find "## ${heading}" in ${path}`);
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

/** A table without the spaces that align its columns. */
export function squeezed(markdown: string): string {
  return markdown.replace(/ +\|/g, " |").replace(/\| +/g, "| ").replace(/-{3,}/g, "---");
}
