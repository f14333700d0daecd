/**
 * The site of the documentation in Chromium: its pages, its search and its links.
 *
 * @module
 */
import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import type { Page } from "playwright-core";
import { PAGES } from "../docs/pages.ts";
import { LocalServer } from "../kit/local_server.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { TempFolder } from "../kit/temp_folder.ts";
import { buildSite, pageGroups } from "../tools/site.ts";
import { Chromium } from "./browser/chromium.ts";

/** The path of the site on its server, as it is on a page of a project. */
const BASE = "/pipes/";

const TYPES: Readonly<Record<string, string>> = {
  css: "text/css",
  html: "text/html",
  js: "text/javascript",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain",
  woff2: "font/woff2",
};

/** Serves a folder under the path of the site. */
function serveSite(folder: string): LocalServer {
  return new LocalServer(async (request) => {
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith(BASE)) return new Response("", { status: 404 });
    const name = decodeURIComponent(pathname.slice(BASE.length)) || "index.html";
    const type = TYPES[name.split(".").at(-1) ?? ""] ?? "text/plain";
    try {
      const content = await Deno.readFile(`${folder}/${name}`);
      return new Response(content, { headers: { "content-type": type } });
    } catch {
      return new Response("", { status: 404 });
    }
  });
}

/** Collects what goes wrong on a page. */
function problemsOf(page: Page): string[] {
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  page.on("response", (response) => {
    if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`);
  });
  return problems;
}

Deno.test("the site has all pages, and its search and its links work", async (t) => {
  using folder = new TempFolder();
  await buildSite({ root: REPO_ROOT, output: folder.path, base: BASE });
  await using server = serveSite(folder.path);
  await using chromium = await Chromium.start(server.url);
  const page = await chromium.open(`${BASE}llms.txt`, 1400, 900);
  page.setDefaultTimeout(20_000);
  const problems = problemsOf(page);

  await t.step("the README is the first page, and its sidebar has the groups", async () => {
    await page.goto(server.url + BASE);
    assertStringIncludes(await page.innerText("h1"), "@dagsterpipes/pipes");
    const groups = pageGroups(Deno.readTextFileSync(`${REPO_ROOT}/README.md`));
    const titles = await page.locator(".VPSidebarItem.level-0 > .item h2").allInnerTexts();
    assertEquals(titles, groups.map(({ title }) => title));
  });

  await t.step("the search finds a page, and leads to it", async () => {
    await page.locator(".VPNavBarSearch button").first().click();
    await page.locator("#localsearch-input").fill("graceSeconds");
    const result = page.locator(".VPLocalSearchBox .result").first();
    const href = await result.getAttribute("href");
    assertMatch(String(href), /\/docs\/[\w-]+\.html/);
    await result.click();
    await page.waitForURL(`**${href}`);
    await page.locator("main").filter({ hasText: "graceSeconds" }).waitFor();
  });

  await t.step("each link of the sidebar leads to its page", async () => {
    const links = page.locator(".VPSidebarItem.level-1 a");
    const targets = await links.evaluateAll((all) =>
      all.map((link) => link.getAttribute("href") ?? "")
    );
    const expected = PAGES.map(({ path }) => path).filter((path) => path.startsWith("docs/"));
    assertEquals(
      targets.map((href) => href.slice(BASE.length).replace(/\.html$/, ".md")).sort(),
      expected,
    );
    for (const href of targets) {
      await page.locator(`.VPSidebarItem.level-1 a[href="${href}"]`).click();
      await page.waitForURL(`**${href}`);
      const path = href.slice(BASE.length).replace(/\.html$/, ".md");
      const { text } = PAGES.find((it) => it.path === path)!;
      const [, title = ""] = /^# (.+)$/m.exec(text) ?? [];
      await page.getByRole("heading", { level: 1, name: title.replaceAll("`", "") }).waitFor();
    }
  });

  await t.step("each file and heading that a page links to is there", async () => {
    for (const { path } of PAGES) {
      const name = path === "README.md" ? "" : path.replace(/\.md$/, ".html");
      await page.goto(server.url + BASE + name);
      const links = await page.locator("main .vp-doc a[href]").evaluateAll((all) =>
        all.map((link) => (link as unknown as { href: string }).href)
      );
      for (const link of links) {
        if (!link.startsWith(server.url)) continue;
        const { pathname, hash } = new URL(link);
        const answer = await fetch(server.url + pathname);
        const text = await answer.text();
        assert(answer.ok, `${path} links to ${pathname}`);
        const id = decodeURIComponent(hash.slice(1));
        assert(id === "" || text.includes(`id="${id}"`), `${path} links to ${pathname}${hash}`);
      }
    }
  });

  await t.step("assistants get a list of the pages, and all of them at once", async () => {
    const textAt = async (name: string) => (await fetch(server.url + BASE + name)).text();
    const list = await textAt("llms.txt");
    const whole = await textAt("llms-full.txt");
    for (const { path, text } of PAGES) {
      assert(path === "README.md" || list.includes(`](${path}): `), path);
      assert(whole.includes(text), path);
      assertEquals(await textAt(path), text);
    }
  });

  assertEquals(problems, []);
});

Deno.test("a link that leads nowhere fails the build of the site", async () => {
  using folder = new TempFolder();
  folder.write("README.md", "# Home\n\nSee [a page](docs/page.md).\n");
  folder.write("docs/page.md", "# Page\n\nSee [another](other.md).\n");
  const output = `${folder.path}/site`;
  await assertRejects(
    () => buildSite({ root: folder.path, output }),
    Error,
    "Found dead link ./other in file docs/page.md",
  );
});
