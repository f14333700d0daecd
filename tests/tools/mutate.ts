/**
 * Makes one line of `src` wrong after the other, in a copy of the repository, and prints which tests
 * notice: `deno run -A tests/tools/mutate.ts [--write] [words of a mutation's name]`. `--write`
 * writes MUTATIONS.md beside this file. The exit code is 1 if no test notices one of them.
 *
 * @module
 */
import { type Mutation, MUTATIONS } from "./mutations.ts";
import { REPO_ROOT } from "../kit/places.ts";

/** The tests that every mutation runs: those that start no session in another process. */
const UNIT_TESTS: readonly string[] = [
  "tests/json",
  "tests/protocol",
  "tests/local",
  "tests/writers/line_channel_test.ts",
  "tests/writers/long_lines_test.ts",
  "tests/testing/create_test_pipes_test.ts",
];

/** The other tests that a mutation runs, by how the name of its file begins. */
const OTHER_TESTS: Readonly<Record<string, readonly string[]>> = {
  "cli/": ["--filter=deno: it ends as", "tests/cli/run_command_test.ts"],
  "launcher/": ["--filter=deno: ", "tests/launcher/ends_test.ts"],
  "local/problems": [
    "--filter=/^deno: a run ends|has the problems|that is cut off/",
    "tests/runner",
  ],
  "writers/": ["--filter=deno: ", "tests/runtimes/lost_messages_test.ts"],
  // Generated lines, against Dagster's own reader.
  "local/": ["tests/fuzz/received_test.ts"],
  // Generated reports as well.
  "": ["tests/fuzz/fuzz_test.ts", "tests/fuzz/regressions_test.ts", "tests/fuzz/received_test.ts"],
};

function suitesOf({ file }: Mutation): readonly (readonly string[])[] {
  const start = Object.keys(OTHER_TESTS).find((start) => file.startsWith(start))!;
  return [UNIT_TESTS, OTHER_TESTS[start]!];
}

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

/** Returns the names of the tests that fail. A mutation need not satisfy the type checker. */
async function failedTests(copy: string, tests: readonly string[]): Promise<string[]> {
  const args = ["test", "-A", "--no-check", "--parallel", ...tests];
  const text = await output(Deno.execPath(), args, copy);
  if (!/[1-9]\d* (?:passed|failed)/.test(text)) throw new Error(`No tests ran: ${text}`);
  // The file and the name of the test stand ahead of the name of a step, which says more.
  const names = [...text.matchAll(/^(?:\.\/\S+ => )?(?:.* \.\.\. )?(\S.*?) \.\.\. FAILED/gm)];
  return [...new Set(names.map((match) => match[1]!))];
}

/** Runs several sets of tests at the same time. Returns the names of the tests that fail in each. */
function failedTestsOf(copy: string, suites: readonly (readonly string[])[]): Promise<string[][]> {
  return Promise.all(suites.map((suite) => failedTests(copy, suite)));
}

/** Applies a mutation. Returns a function that undoes it. */
function apply(copy: string, { file, name, from, to }: Mutation): () => void {
  const path = `${copy}/src/${file}`;
  const source = Deno.readTextFileSync(path);
  const parts = source.split(from);
  if (parts.length !== 2) {
    throw new Error(`"${name}": ${file} has "${from}" ${parts.length - 1} times`);
  }
  Deno.writeTextFileSync(path, parts.join(to));
  return () => Deno.writeTextFileSync(path, source);
}

/** Returns the cell of the table for the tests that noticed a mutation. */
function cellOf(names: readonly string[]): string {
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

\`deno run -A tests/tools/mutate.ts --write\` makes each of these changes in a copy of the repository,
runs tests, and writes this page.

${table}
`,
  );
}

if (import.meta.main) {
  const words = Deno.args.filter((arg) => arg !== "--write").join(" ");
  const mutations = MUTATIONS.filter(({ name }) => name.includes(words));
  const copy = await copyRepository();
  try {
    const rows = [
      "| What is wrong then | Unit test that catches it | Other test that catches it |",
      "| --- | --- | --- |",
    ];
    // Before anything else, check that the source still has each text.
    for (const mutation of MUTATIONS) apply(copy, mutation)();
    for (const suite of new Set(mutations.flatMap(suitesOf))) {
      const [first] = await failedTests(copy, suite);
      if (first !== undefined) throw new Error(`Fails without a mutation: ${first}`);
    }
    for (const mutation of mutations) {
      const undo = apply(copy, mutation);
      const failed = await failedTestsOf(copy, suitesOf(mutation));
      undo();
      if (failed.flat().length === 0) {
        console.error(`Not noticed: ${mutation.name}`);
        Deno.exitCode = 1;
      }
      const row = `| ${[mutation.name, ...failed.map(cellOf)].join(" | ")} |`;
      rows.push(row);
      console.log(row);
    }
    if (Deno.args.includes("--write")) write(rows.join("\n"));
  } finally {
    Deno.removeSync(copy, { recursive: true });
  }
}
