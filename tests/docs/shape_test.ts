/**
 * The shape of every page: what it is for, the thing to copy, and where to go next.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { runWell } from "../kit/command.ts";
import { dagsterPython } from "../kit/installed.ts";
import { page, PAGES } from "./pages.ts";

const pages = PAGES.filter(({ path }) => path !== "README.md");

/** The longest paragraph that may stand before the first code. */
const MAX_INTRODUCTION_CHARS = 600;
const MAX_README_LINES = 160;

Deno.test("every page begins with a title and a sentence of what it is for", () => {
  for (const { path, text } of pages) {
    const [title = "", introduction = ""] = text.split("\n\n");
    assert(/^# \S/.test(title) && !title.includes("\n"), path);
    assert(/^[A-Z`"][^]*[.:]$/.test(introduction), `${path}: ${introduction}`);
    assert(introduction.length <= MAX_INTRODUCTION_CHARS, `${path}: ${introduction}`);
  }
});

Deno.test("every page ends with two to four links to go on", () => {
  for (const { path, text } of pages) {
    const [, next] = /\n## Next\n\n((?:(?!^## )[^])*)$/m.exec(text) ?? [];
    assert(next !== undefined, `${path} does not end with "## Next"`);
    // Definitions of links may follow.
    const links = next.replaceAll(/^\[[\w-]+\]: .*$/gm, "").match(/\]\([^)]+\)/g) ?? [];
    assert(links.length >= 2 && links.length <= 4, `${path} has ${links.length} links`);
  }
});

Deno.test("the README is short, and groups its links", () => {
  const { text } = page("README.md");
  const lines = text.trimEnd().split("\n").length;
  assert(lines <= MAX_README_LINES, `${lines} lines`);
  const groups = [...text.matchAll(/^\*\*(\w+)\*\*$/gm)].map(([, name]) => name);
  assertEquals(groups, ["Start", "Write", "Run", "Test", "Operate", "Reference"]);
});

/** How Python reads the languages of data; each raises for text that is wrong. */
const PARSE = `
import json, sys, tomllib, yaml
readers = {"json": json.loads, "yaml": lambda text: list(yaml.safe_load_all(text)), "toml": tomllib.loads}
errors = []
for where, language, code in json.load(sys.stdin):
    try:
        readers[language](code)
    except Exception as error:
        errors.append(f"{where}: {error}")
print(json.dumps(errors))
`;

Deno.test("every block of code has a language that a test reads", async () => {
  const data: [where: string, language: string, code: string][] = [];
  for (const { path, blocks } of PAGES) {
    for (const { language, line, code } of blocks) {
      const where = `${path}:${line}`;
      if (language === "jsonc") data.push([where, "json", code.replaceAll(/^\s*\/\/.*$/gm, "")]);
      else if (["json", "yaml", "toml"].includes(language)) data.push([where, language, code]);
      else if (language === "dockerfile") assert(/^(?:#.*\n|ARG .*\n)*FROM \S+/.test(code), where);
      else assert(["ts", "js", "python", "sh"].includes(language), where);
    }
  }
  assert(data.length >= 5);
  const printed = await runWell([dagsterPython(), "-c", PARSE], { stdin: JSON.stringify(data) });
  assertEquals(JSON.parse(printed), []);
});

Deno.test("every test that the documentation shows asks whether Dagster would fail the step", () => {
  let count = 0;
  for (const { path, blocks } of PAGES) {
    for (const { code, line } of blocks) {
      if (!code.includes("createTestPipes(")) continue;
      count++;
      assert(/\bassertOk\(\)|\.problems\b/.test(code), `${path}:${line}`);
    }
  }
  assert(count >= 7, `${count} tests`);
});
