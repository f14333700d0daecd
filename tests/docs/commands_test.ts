/**
 * The commands of the documentation run what exists: programs that the page installs, files of the
 * page or of the package, and no package of another owner.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { existsSync } from "@std/fs";
import config from "../../deno.json" with { type: "json" };
import { REPO_ROOT } from "../kit/places.ts";
import { blocksOf, type Page, PAGES } from "./pages.ts";

const CONTRIBUTING = Deno.readTextFileSync(`${REPO_ROOT}/CONTRIBUTING.md`);
const all: readonly Page[] = [
  ...PAGES,
  { path: "CONTRIBUTING.md", text: CONTRIBUTING, blocks: blocksOf(CONTRIBUTING) },
];

/** Programs of the system, of a runtime, of Dagster, or of a tool that the page installs. */
const PROGRAMS: ReadonlySet<string> = new Set(
  ("bun bunx cd cp dagster deno dg docker echo export kubectl minikube mkdir moto_server node npm npx " +
    "pip python3 sh sleep touch").split(" "),
);

/** Packages whose command has the package's own name, so that `npx` fetches the right one. */
const COMMAND_PACKAGES: ReadonlySet<string> = new Set(
  ["bun", "deno", "esbuild", "jest", "rolldown", "rollup", "tsx", "vite", "vitest", "webpack"],
);

/** The commands of the shell blocks of a page, without those of files. */
function commandsOf({ blocks }: Page): string[] {
  return blocks.filter(({ language, file }) => language === "sh" && file === undefined)
    .flatMap(({ code }) => code.replaceAll(/\\\n\s*/g, " ").trim().split("\n"))
    .flatMap((line) => line.replace(/^#.*/, "").split(/ (?:&&|&|\|) /))
    .map((command) => command.trim()).filter((command) => command !== "");
}

Deno.test("every command of the documentation starts a program that its reader has", () => {
  let count = 0;
  for (const page of all) {
    for (const command of commandsOf(page)) {
      // An assignment, alone or before a program.
      const program = command.replace(/^(?:[A-Z_]+=\S* ?)+/, "").split(" ")[0]!;
      const isKnown = ["", "."].includes(program) || PROGRAMS.has(program) ||
        program.startsWith("node_modules/.bin/");
      assert(isKnown, `${page.path}: ${command}`);
      count++;
    }
  }
  assert(count > 20, `${count} commands`);
});

/** The package that a call of `npx` fetches if it is not installed, or `undefined` if it is named. */
function fetchedPackage(call: string): string | undefined {
  const words = call.split(" ").slice(1);
  if (words.some((word) => /^(?:--package|-p)(?:=|$)/.test(word))) return undefined;
  return words.find((word) => !word.startsWith("-"))?.split("@")[0];
}

Deno.test("no command of the documentation fetches a package that it does not name", () => {
  let count = 0;
  for (const { path, text } of all) {
    for (const [call] of text.matchAll(/\b(?:npx|bunx)(?: [\w@./=-]+)+/g)) {
      count++;
      const name = fetchedPackage(call);
      assert(name === undefined || COMMAND_PACKAGES.has(name), `${path}: ${call}`);
    }
  }
  assert(count > 5, `${count} calls`);
});

Deno.test("the documentation runs no file that is neither on its page nor published", () => {
  const included = config.publish.include;
  for (const page of PAGES) {
    const names = page.blocks.map(({ file }) => file);
    for (const command of commandsOf(page)) {
      const [, script] = /^(?:deno run -A|bun(?: run)?|node) ([\w./-]+\.\w+)/.exec(command) ?? [];
      if (script === undefined || script.startsWith("node_modules/")) continue;
      // What a number on the page was measured by runs in a checkout.
      const isPublished = [...included, "tests/bench"]
        .some((name) => script === name || script.startsWith(`${name}/`));
      const isThere = names.includes(script) ||
        (isPublished && existsSync(`${REPO_ROOT}/${script}`));
      assert(isThere, `${page.path}: ${command}`);
    }
  }
});

Deno.test("every task of the repository that the documentation names exists", () => {
  const named = all.flatMap(({ text }) =>
    [...text.matchAll(/deno(?:@2)? task ([\w:]+)/g)].map(([, task = ""]) => task)
  );
  assert(named.length >= 5);
  // The task of a user's own, in docs/cancelling.md.
  assertEquals(named.filter((task) => !(task in config.tasks) && task !== "work"), []);
});
