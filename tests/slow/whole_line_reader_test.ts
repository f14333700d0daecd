import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { runWell } from "../kit/command.ts";
import { dagsterPython } from "../kit/installed.ts";
import { REPO_ROOT } from "../kit/places.ts";

interface Run {
  readonly success: boolean;
  readonly logs: Readonly<Record<string, readonly string[]>>;
  readonly errors: readonly string[];
}

const CASES = [
  "own halves one",
  "whole halves one",
  "whole halves two",
  "whole halves shared",
  "whole bad one",
  "whole cut one",
] as const;

let runs: Promise<Record<(typeof CASES)[number], Run>> | undefined;

/** The runs of all cases, in one Python process: importing Dagster takes seconds. */
function allRuns(): NonNullable<typeof runs> {
  const script = `${REPO_ROOT}/tests/dagster/python/reader_cases.py`;
  const env = { PYTHONDONTWRITEBYTECODE: "1", DAGSTER_DISABLE_TELEMETRY: "1" };
  runs ??= runWell([dagsterPython(), script, ...CASES], { env })
    .then((stdout) => JSON.parse(stdout.match(/^RESULT (.*)$/m)?.[1] ?? stdout));
  return runs;
}

/** What the script itself logged, in order. */
function own(messages: readonly string[] = []): string[] {
  return messages.filter((text) => !text.startsWith("[pipes]"));
}

const FIRST = ["first 0", "first 1", "first 2", "first 3", "first 4"];
const SECOND = FIRST.map((text) => text.replace("first", "second"));

Deno.test("Dagster's own file reader dies of half a line, and the step succeeds", async () => {
  const { success, logs } = (await allRuns())["own halves one"];
  assertEquals([success, own(logs.first)], [true, []]);
  assertMatch(String(logs.first), /did not receive/);
});

Deno.test("the reader of the example waits for whole lines, and loses nothing", async () => {
  const { success, logs } = (await allRuns())["whole halves one"];
  assertEquals([success, own(logs.first)], [true, FIRST]);
  assertNotMatch(String(logs.first), /did not receive/);
});

Deno.test("two steps at the same time do not see each other's messages", async () => {
  const { success, logs } = (await allRuns())["whole halves two"];
  assertEquals([success, own(logs.first), own(logs.second)], [true, FIRST, SECOND]);
});

Deno.test("two sessions that share one reader lose nothing", async () => {
  const { success, logs } = (await allRuns())["whole halves shared"];
  assertEquals([success, own(logs.both).sort()], [true, [...FIRST, ...SECOND]]);
});

Deno.test("a message that Dagster cannot take fails the step, and the others arrive", async () => {
  const { success, logs, errors } = (await allRuns())["whole bad one"];
  assertEquals([success, own(logs.first)], [false, ["before", "after"]]);
  assertMatch(errors.join("\n"), /Lost messages of the script: 1\. The first error/);
});

Deno.test("a last line without its end fails the step", async () => {
  const { success, logs, errors } = (await allRuns())["whole cut one"];
  assertEquals([success, own(logs.first)], [false, ["whole"]]);
  assertMatch(errors.join("\n"), /Lost messages of the script: 1\. The first error/);
});

Deno.test("the example project has the same reader", () => {
  const [own, projects] = [
    "whole_line_reader.py",
    "dagster_project/src/orders/components/whole_line_reader.py",
  ]
    .map((path) => Deno.readTextFileSync(`${REPO_ROOT}/examples/${path}`));
  assertEquals(projects, own);
});
