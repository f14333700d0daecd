/**
 * Builds the site of the documentation in `dist/site`, from the README and the pages of `docs`:
 * `deno task docs [--base /path/]`. VitePress makes it, and refuses a link that leads nowhere.
 *
 * For assistants, the site also has each page as it is in the repository, `llms.txt` with a line for
 * each page, and `llms-full.txt` with all of them.
 *
 * @module
 */
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { ensureDirSync, existsSync } from "@std/fs";
import { runtimeBinary, SITE_DIR } from "../kit/installed.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { installRuntime, installSiteBuilder } from "./install.ts";

/** A link to a file of the repository, with the heading that it names. */
const LINK = /(?<=\]\()(?!https?:|#)([^)#\s]+)(#[^)]*)?(?=\))/g;

const DESCRIPTION = "Dagster Pipes for TypeScript, on Deno, Bun and Node";

/**
 * Headings get the anchors that they have on GitHub. What stands between double braces in code within
 * a sentence is text, not a template.
 */
const MARKDOWN_CONFIG = `
const markdown = {
  anchor: {
    slugify: (heading) =>
      heading.toLowerCase().replaceAll(/[^\\p{L}\\p{N}_ -]/gu, "").replaceAll(" ", "-"),
  },
  config({ renderer: { rules } }) {
    const render = rules.code_inline;
    rules.code_inline = (...args) => render(...args).replace("<code", "<code v-pre");
  },
};`;

/** How the site is built. */
export interface SiteOptions {
  /** The folder with the README and `docs`. */
  readonly root: string;
  /** The folder that the site is written to. */
  readonly output: string;
  /** The path of the site on its server, with a slash at both ends. @default "/" */
  readonly base?: string | undefined;
}

/** A group of pages, as the README lists them. */
interface PageGroup {
  readonly title: string;
  readonly paths: readonly string[];
}

/**
 * Builds the site.
 *
 * @throws {Error} If a link leads nowhere, with the output of VitePress.
 */
export async function buildSite({ root, output, base = "/" }: SiteOptions): Promise<void> {
  await installRuntime("node24");
  await installSiteBuilder();
  ensureDirSync(SITE_DIR);
  const source = Deno.makeTempDirSync({ dir: SITE_DIR, prefix: "source-" });
  try {
    const groups = pageGroups(Deno.readTextFileSync(`${root}/README.md`));
    const paths = new Set(["README.md"]);
    // The set grows by the pages that each page links to.
    for (const path of paths) copyPage(path, root, source).forEach((page) => paths.add(page));
    const config = siteConfig(groups, root, output, base);
    write(
      `${source}/.vitepress/config.mjs`,
      `${MARKDOWN_CONFIG}\nexport default { ...${JSON.stringify(config)}, markdown };`,
    );
    await runVitePress(source);
    for (const path of paths) write(`${output}/${path}`, Deno.readTextFileSync(`${root}/${path}`));
    write(`${output}/llms.txt`, pageList(groups, root));
    write(`${output}/llms-full.txt`, wholeText(groups, root));
  } finally {
    Deno.removeSync(source, { recursive: true });
  }
}

/** Returns the groups of pages that a README lists under "Documentation", by their bold titles. */
export function pageGroups(readme: string): PageGroup[] {
  const [, list = ""] = readme.split("\n## Documentation\n");
  return list.split(/^\*\*(?=.*\*\*$)/m).slice(1).map((text) => {
    const [title = ""] = text.split("**");
    const paths = [...text.matchAll(LINK)].map(([, path = ""]) => path)
      .filter((path) => path.startsWith("docs/"));
    return { title, paths };
  });
}

/**
 * Copies a page to the folder that VitePress reads, with the files that it links to. Returns the
 * pages that it links to.
 */
function copyPage(path: string, root: string, source: string): string[] {
  const pages: string[] = [];
  const text = Deno.readTextFileSync(`${root}/${path}`);
  const linked = text.replace(LINK, (link, target: string, anchor = "") => {
    const { pathname } = new URL(target, `file:///${path}`);
    if (pathname.endsWith(".md")) {
      // VitePress reports a page that does not exist.
      if (existsSync(root + pathname)) pages.push(pathname.slice(1));
      return pathname === "/README.md" ? target.replace("README.md", "index.md") + anchor : link;
    }
    const isImage = pathname.endsWith(".png") || pathname.endsWith(".svg");
    // VitePress takes a name without an extension for that of a page.
    const end = /\.\w+$/.test(pathname) ? "" : ".txt";
    const copy = `${source}${isImage ? "" : "/public"}${pathname}${end}`;
    ensureDirSync(dirname(copy));
    Deno.copyFileSync(root + pathname, copy);
    return target + end;
  });
  const isHome = path === "README.md";
  // The search finds what a user needs, not what changed or how to work on the package.
  const head = isHome || path.startsWith("docs/") ? "" : "---\nsearch: false\n---\n\n";
  write(`${source}/${isHome ? "index.md" : path}`, head + linked);
  return pages;
}

function siteConfig(groups: readonly PageGroup[], root: string, outDir: string, base: string) {
  const sidebar = groups.map(({ title, paths }) => ({
    text: title,
    items: paths.map((path) => ({ text: titleOf(path, root), link: `/${path}` })),
  }));
  return {
    title: "@dagsterpipes/pipes",
    description: DESCRIPTION,
    base,
    outDir,
    themeConfig: {
      search: { provider: "local" },
      outline: [2, 3],
      nav: [{ text: "Changelog", link: "/CHANGELOG" }],
      sidebar,
    },
  };
}

function titleOf(path: string, root: string): string {
  const [, title] = /^# (.+)$/m.exec(Deno.readTextFileSync(`${root}/${path}`)) ?? [];
  if (title === undefined) throw new Error(`Cannot list ${path}: it does not have a title`);
  return title.replaceAll("`", "");
}

async function runVitePress(source: string): Promise<void> {
  const { success, stdout, stderr } = await new Deno.Command(runtimeBinary("node24"), {
    args: [`${SITE_DIR}/node_modules/vitepress/bin/vitepress.js`, "build", source],
    // Links to such files are not links to pages.
    env: { NO_COLOR: "1", VITE_EXTRA_EXTENSIONS: "py,sh" },
    stdin: "null",
  }).output();
  if (success) return;
  const text = new TextDecoder();
  throw new Error(`Cannot build the site:\n${text.decode(stdout)}${text.decode(stderr)}`);
}

/** Returns `llms.txt`: each page with its first sentence. */
function pageList(groups: readonly PageGroup[], root: string): string {
  const sections = groups.map(({ title, paths }) => {
    const lines = paths.map((path) => {
      const text = Deno.readTextFileSync(`${root}/${path}`);
      const [, paragraph = ""] = /^# .+\n+((?:.+\n)+)/.exec(text) ?? [];
      const [sentence = ""] = paragraph.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
        .trim().replaceAll("\n", " ").split(/(?<=\.) /);
      return `- [${titleOf(path, root)}](${path}): ${sentence.replace(/:$/, ".")}\n`;
    });
    return `## ${title}\n\n${lines.join("")}`;
  });
  return [`# @dagsterpipes/pipes\n\n> ${DESCRIPTION}\n`, ...sections].join("\n");
}

/** Returns `llms-full.txt`: the README and all pages. */
function wholeText(groups: readonly PageGroup[], root: string): string {
  const paths = ["README.md", ...groups.flatMap((group) => group.paths)];
  return paths.map((path) => `<!-- ${path} -->\n\n${Deno.readTextFileSync(`${root}/${path}`)}`)
    .join("\n");
}

function write(path: string, text: string): void {
  ensureDirSync(dirname(path));
  Deno.writeTextFileSync(path, text);
}

if (import.meta.main) {
  const { values } = parseArgs({ args: Deno.args, options: { base: { type: "string" } } });
  const output = `${REPO_ROOT}/dist/site`;
  await buildSite({ root: REPO_ROOT, output, base: values.base });
  console.log(`The site is in ${output}`);
}
