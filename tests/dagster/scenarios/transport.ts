import { assertEquals, assertStringIncludes } from "@std/assert";
import { plain } from "../held.ts";
import { runWell } from "../../kit/command.ts";
import { ONE_ASSET } from "../../kit/context.ts";
import { runtimeCommand, type RuntimeName } from "../../kit/installed.ts";
import { isLayout, linesOf } from "../../kit/messages.ts";
import { pipesEnv } from "../../kit/params.ts";
import { PROGRAMS_DIR } from "../../kit/places.ts";
import { TempFolder } from "../../kit/temp_folder.ts";
import { scenario } from "../suite.ts";
import { assertClean, report } from "./reports.ts";

scenario("messages arrive by a named file", async (dagster) => {
  const run = await dagster.one(report("data_version", { reader: "file", injector: "file" }));
  assertClean(run);
  assertEquals(run.materializations[0]?.dataVersion, "alpha-7");
});

for (
  const reader of [
    "stdio:stderr",
    "stdio:stdout",
    "buffered_stdio:stderr",
    "buffered_stdio:stdout",
  ] as const
) {
  const place = reader.replace(":", " on ");
  scenario(
    `messages among other output are found by Dagster's own extraction (${place})`,
    async (dagster) => {
      const run = await dagster.one(report("printed_too", { reader }));
      assertClean(run);
      assertEquals(run.logs.at(-1)?.message, "told to Dagster");
      assertEquals(run.materializations[0]?.metadata.rows?.repr, "IntMetadataValue(value=1)");
      // Dagster forwards every other line to its own stdout, unharmed. It prints those of stdout and
      // stderr by two threads, so a line end may come late.
      const lines = ["plain error\n", "plain output\n", '{"json": "output"}\n'];
      for (const line of lines) assertStringIncludes(run.stdout, line.trim());
      assertEquals(run.stdout.length, lines.join("").length, run.stdout);
    },
  );

  scenario(
    `text in any script arrives as it is (${place})`,
    async (dagster) => {
      const run = await dagster.one(report("unicode", { reader }));
      assertClean(run);
      assertEquals(run.stdout, "");
      assertEquals(run.attempts[0]?.custom.length, 1);
      assertEquals(run.materializations[0]?.dataVersion, run.logs.at(-1)?.message);
    },
  );

  scenario(`an exception arrives (${place})`, async (dagster) => {
    const run = await dagster.one({ program: "failures.ts", args: ["error_with_cause"], reader });
    assertEquals(run.success, false);
    assertEquals(
      run.engineErrors.map(({ error }) => [error.name, error.cause?.name]),
      [["NoSuchTable", "TypeError"]],
    );
    assertEquals(run.attempts.map((attempt) => attempt.closed), [true]);
  });
}

scenario(
  "two thousand messages arrive by a stream, in order",
  async (dagster) => {
    const run = await dagster.one(report("many", { reader: "stdio:stderr" }));
    assertClean(run);
    assertEquals(
      run.attempts[0]?.custom.map(plain),
      Array.from({ length: 2000 }, (_, index) => index),
    );
  },
);

scenario("a line of 100 KB arrives whole by a stream", async (dagster) => {
  const run = await dagster.one(report("long", { reader: "stdio:stderr" }));
  assertClean(run);
  assertEquals(
    run.materializations[0]?.metadata.long?.repr,
    `TextMetadataValue(text='${"ä".repeat(50_000)}')`,
  );
});

scenario(
  "messages to a file leave the output to the script",
  async (dagster) => {
    const run = await dagster.one(report("printed_too"));
    assertClean(run);
    assertEquals(run.stdout, 'plain output\n{"json": "output"}\n');
    assertStringIncludes(run.stderr, "plain error\n");
  },
);

const LINES = 500;
const BYTES = 100_000;

scenario(
  "two processes can share a messages file: every line of 100 KB is whole",
  async ({ runtime }) => {
    using folder = new TempFolder();
    const env = pipesEnv({ data: ONE_ASSET }, { path: `${folder.path}/messages` });
    await Promise.all(["a", "b"].map((writer) => write(runtime, env, writer)));
    const indexes: Record<string, number[]> = { a: [], b: [] };
    const methods: string[] = [];
    for (const line of linesOf(folder.read("messages"))) {
      const message = JSON.parse(line);
      const { method, params } = message;
      if (method === "report_custom_message") {
        indexes[params.payload.writer]?.push(whole(params.payload));
      } else if (!isLayout(message)) methods.push(method);
    }
    const all = Array.from({ length: LINES }, (_, index) => index);
    assertEquals(indexes, { a: all, b: all });
    assertEquals(methods.toSorted(), ["closed", "closed", "opened", "opened"]);
  },
);

/** The index of a line whose filling is complete. */
function whole(
  { writer, index, filling }: {
    writer: string;
    index: number;
    filling: string;
  },
): number {
  assertEquals(filling.length, BYTES);
  assertEquals(filling.replaceAll(writer, ""), "");
  return index;
}

async function write(
  runtime: RuntimeName,
  env: Record<string, string>,
  writer: string,
): Promise<void> {
  const program = [`${PROGRAMS_DIR}/dagster/many_lines.ts`, writer, String(LINES), String(BYTES)];
  await runWell([...runtimeCommand(runtime), ...program], { env });
}
