import { assertEquals } from "@std/assert";
import type { RuntimeName } from "../kit/installed.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { Project } from "../kit/project.ts";
import { type RealStores, scriptCommand, type StoreOutcome, type StoreRun } from "./real_stores.ts";

const RUNTIMES: readonly RuntimeName[] = ["deno", "bun", "node26"];

/** What a test of Dagster's readers is called, and what it does. */
export type Case = readonly [name: string, fn: () => Promise<void>];

/** Dagster's readers of logs, and its reader of several processes. */
export function logReaderCases(stores: RealStores): readonly Case[] {
  const run = (
    reader: NonNullable<StoreRun["reader"]>,
    runtime: RuntimeName,
    command: readonly string[],
    rest: Partial<StoreRun> = {},
  ): Promise<StoreOutcome> =>
    stores.run({ store: "s3", runtime, script: [], reader, command, ...rest });

  return RUNTIMES.flatMap((runtime): Case[] => [
    ...(["kubernetes", "docker", "cloudwatch"] as const).map((reader): Case => [
      `${reader}, ${runtime}: all that a script reports is in Dagster, among what it prints`,
      async () => {
        const command = scriptCommand(runtime, ["report"], "stores/logged.ts");
        const { messages, inOrder, logs, materializations, checks, closed, success } = await run(
          reader,
          runtime,
          command,
        );
        assertEquals(
          { messages, inOrder, logs, materializations, checks, closed, success },
          {
            messages: 3,
            inOrder: true,
            logs: ["\u00e9 \u{1F600} for orders of run 36", "{}"],
            materializations: [{ rows: 3 }],
            checks: [true],
            closed: true,
            success: true,
          },
        );
      },
    ]),
    [
      `Docker, ${runtime}: 200 characters that its log could cut arrive whole`,
      async () => {
        const text = "\u{1F600}".repeat(200);
        const command = scriptCommand(runtime, ["text", text], "stores/logged.ts");
        assertEquals((await run("docker", runtime, command)).logs, [text]);
      },
    ],
    [
      `Lambda, ${runtime}: the example reports, once more when it is warm`,
      async () => {
        using project = new Project();
        project.installBuild();
        project.write("package.json", { type: "module" });
        Deno.copyFileSync(`${REPO_ROOT}/examples/lambda.ts`, `${project.path}/lambda.ts`);
        const module = `${project.path}/lambda.ts`;
        const command = scriptCommand(runtime, [module], "lambda/runtime.ts");
        const events = [{ "min_price": 1 }, { "min_price": 10 }];
        const outcome = await run("lambda", runtime, command, { events });
        // Of the second run; both have to succeed.
        assertEquals(outcome.logs, ["orders from 10 on"]);
        assertEquals(outcome.materializations, [{ rows: 1 }]);
        assertEquals([outcome.checks, outcome.closed, outcome.success], [[true], true, true]);
      },
    ],
    [
      `two processes of one step, ${runtime}: each reports through a reader of its own`,
      async () => {
        const command = scriptCommand(runtime, [], "stores/half.ts");
        const outcome = await run("composite", runtime, command);
        assertEquals(outcome.logs.toSorted(), ["from process 0", "from process 1"]);
        assertEquals(
          [outcome.materializations, outcome.checks, outcome.success],
          [[{ rows: 3 }], [true], true],
        );
      },
    ],
  ]);
}
