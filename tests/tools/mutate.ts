/**
 * Makes one line of `src` wrong after the other, in a copy of the repository, and tells
 * which tests notice: `deno run -A tests/tools/mutate.ts [--write] [words of a mutation's name]`.
 * `--write` writes MUTATIONS.md beside it. Ends 1 where a mutation was not noticed.
 *
 * @module
 */
import { type Mutation, MUTATIONS } from "./mutations.ts";
import { REPO_ROOT } from "../kit/places.ts";

/**
 * The tests that each mutation runs through: by units, and by the generator against Dagster's own
 * handler.
 */
const SUITES: readonly (readonly string[])[] = [
  ["tests/json", "tests/protocol"],
  ["tests/fuzz/fuzz_test.ts", "tests/fuzz/regressions_test.ts", "tests/fuzz/received_test.ts"],
];

async function output(command: string, args: readonly string[], cwd: string): Promise<string> {
  const { stdout } = await new Deno.Command(command, {
    args: [...args],
    cwd,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout);
}

async function copyRepository(): Promise<string> {
  const copy = Deno.makeTempDirSync({ prefix: "mutations-" });
  const listed = await output("git", [
    "ls-files",
    "-co",
    "--exclude-standard",
    "deno.json",
    "deno.lock",
    "mod.ts",
    "src",
    "tests",
  ], REPO_ROOT);
  for (const path of listed.trimEnd().split("\n")) {
    Deno.mkdirSync(`${copy}/${path}`.replace(/[^/]+$/, ""), { recursive: true });
    Deno.copyFileSync(`${REPO_ROOT}/${path}`, `${copy}/${path}`);
  }
  return copy;
}

/** The names of the tests that fail. A mutation need not satisfy the type checker. */
async function failing(copy: string, tests: readonly string[]) {
  const args = ["test", "-A", "--no-check", ...tests];
  const text = await output(Deno.execPath(), args, copy);
  if (!/passed|FAILED/.test(text)) throw new Error(`No tests ran: ${text}`);
  const names = [...text.matchAll(/^ *(\S.*?) \.\.\. FAILED/gm)].map((match) => match[1]!);
  // Of a test with steps, the step says more; it is printed first.
  return [...new Set(names)];
}

function apply(copy: string, { file, name, from, to }: Mutation): () => void {
  const path = `${copy}/src/${file}`;
  const source = Deno.readTextFileSync(path);
  const parts = source.split(from);
  if (parts.length !== 2) {
    throw new Error(`"${name}": "${from}" stands ${parts.length - 1} times in ${file}`);
  }
  Deno.writeTextFileSync(path, parts.join(to));
  return () => Deno.writeTextFileSync(path, source);
}

function told(names: readonly string[]): string {
  if (names.length === 0) return "–";
  const more = names.length > 1 ? ` (and ${names.length - 1} more)` : "";
  // An underscore outside of code would be emphasis.
  const [first, ...rest] = names[0]!.replaceAll("|", "\\|").split("`");
  const escaped = rest.map((part, i) => i % 2 === 0 ? part : part.replaceAll("_", "\\_"));
  return [first!.replaceAll("_", "\\_"), ...escaped].join("`") + more;
}

function write(table: string): void {
  Deno.writeTextFileSync(
    `${REPO_ROOT}/tests/tools/MUTATIONS.md`,
    `# Mutations that the tests catch

Each of these, made in a copy of the repository by \`deno run -A tests/tools/mutate.ts --write\`, makes
tests fail. That command writes this page.

${table}
`,
  );
}

if (import.meta.main) {
  const words = Deno.args.filter((arg) => arg !== "--write").join(" ");
  const copy = await copyRepository();
  const rows = [
    "| What is wrong then | Unit test that catches it | What of the generator catches it |",
    "| --- | --- | --- |",
  ];
  // First of all, whether each line still stands in the source.
  for (const mutation of MUTATIONS) apply(copy, mutation)();
  for (const suite of SUITES) {
    const broken = await failing(copy, suite);
    if (broken.length > 0) throw new Error(`Fails as it is: ${broken[0]}`);
  }
  for (const mutation of MUTATIONS) {
    if (!mutation.name.includes(words)) continue;
    const undo = apply(copy, mutation);
    const caught = [];
    for (const suite of SUITES) caught.push(await failing(copy, suite));
    undo();
    if (caught.flat().length === 0) {
      console.error(`Not noticed: ${mutation.name}`);
      Deno.exitCode = 1;
    }
    rows.push(`| ${[mutation.name, ...caught.map(told)].join(" | ")} |`);
    console.log(rows.at(-1));
  }
  Deno.removeSync(copy, { recursive: true });
  if (Deno.args.includes("--write")) write(rows.join("\n"));
}
