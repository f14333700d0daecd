import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { plain, show } from "../held.ts";
import type { Scenario, StoredRun } from "../harness.ts";
import { scenario } from "../suite.ts";

const OPENED = "[pipes] external process successfully opened dagster pipes.";

/** A run of one of the reports. */
export function report(name: string, how: Omit<Scenario, "program" | "args"> = {}): Scenario {
  return { program: "reports.ts", args: [name], ...how };
}

/** Fails unless the run ended well, and Dagster had nothing to complain of. */
export function assertClean(run: StoredRun & { stderr: string }): void {
  assertEquals(run.success, true, run.stderr);
  assertEquals(run.engineErrors, []);
  assertEquals(run.failures, []);
  assertEquals(
    run.logs.filter((log) => log.message.startsWith("[pipes]")).map((log) => log.message),
    [OPENED],
  );
  assertEquals(run.attempts.map(({ opened, closed }) => [opened, closed]), [[true, true]]);
}

scenario("each log level arrives as itself, in order", async (dagster) => {
  const run = await dagster.one(report("levels"));
  assertClean(run);
  assertEquals(run.logs.map(({ level, message }) => [level, message]), [
    ["INFO", OPENED],
    ["DEBUG", "at debug"],
    ["INFO", "at info"],
    ["WARNING", "at warning"],
    ["ERROR", "at error"],
    ["CRITICAL", "at critical"],
    ["INFO", "by default"],
    ["WARNING", "by name"],
    ["ERROR", "in small letters"],
  ]);
});

scenario("a logged error arrives with its stack and cause", async (dagster) => {
  const run = await dagster.one(report("logged_error"));
  assertClean(run);
  const { level, message } = run.logs.at(-1) ?? { level: "", message: "" };
  assertEquals(level, "ERROR");
  assert(message.startsWith("Could not read the page"), message);
  assertStringIncludes(message, "timed out");
  assertStringIncludes(message, "reports.ts");
  assertStringIncludes(message, "TypeError: no answer");
});

scenario(
  "custom messages of every JSON kind arrive, in order and exact",
  async (dagster) => {
    const run = await dagster.one(report("payloads"));
    assertClean(run);
    assertEquals(run.attempts[0]?.custom.map(show), [
      '{"a": [1, 1.5, None, True], "": {}}',
      "[]",
      "{}",
      '"text"',
      "3",
      "1.5",
      "True",
      "False",
      "None",
      "1180591620717411303424",
    ]);
  },
);

scenario("two thousand messages arrive, in order", async (dagster) => {
  const run = await dagster.one(report("many"));
  assertClean(run);
  assertEquals(
    run.attempts[0]?.custom.map(plain),
    Array.from({ length: 2000 }, (_, index) => index),
  );
  assertEquals(run.materializations[0]?.metadata.count?.repr, "IntMetadataValue(value=2000)");
});

scenario("a data version is kept as the user's", async (dagster) => {
  const run = await dagster.one(
    report("data_version", { assets: [{ key: ["report"], codeVersion: "code-3" }] }),
  );
  assertClean(run);
  assertEquals(
    run.materializations.map((
      { assetKey, partition, dataVersion, codeVersion, isUserProvided },
    ) => ({ assetKey, partition, dataVersion, codeVersion, isUserProvided })),
    [{
      assetKey: ["report"],
      partition: null,
      dataVersion: "alpha-7",
      codeVersion: "code-3",
      isUserProvided: "true",
    }],
  );
});

scenario(
  "checks of both severities arrive, passed and failed",
  async (dagster) => {
    const checks = ["passes", "fails", "warns", "would_warn"];
    const run = await dagster.one(report("checks", { assets: [{ key: ["report"], checks }] }));
    assertClean(run);
    const stored = run.checks.map((
      { assetKey, checkName, passed, severity, metadata },
    ) => [assetKey.join("/"), checkName, passed, severity, metadata.rows?.repr]);
    assertEquals(stored.toSorted(), [
      ["report", "fails", false, "ERROR", undefined],
      ["report", "passes", true, "ERROR", "IntMetadataValue(value=3)"],
      ["report", "warns", false, "WARN", "IntMetadataValue(value=0)"],
      ["report", "would_warn", true, "WARN", undefined],
    ]);
  },
);

scenario("text for Dagster's own streams is printed there", async (dagster) => {
  const run = await dagster.one(report("streams"));
  assertClean(run);
  assertEquals(run.stdout, "told to stdout\n");
  assertStringIncludes(run.stderr, "told to stderr\n");
});

const UNICODE =
  'Grüße, 世界 \u{1F600} \u0645\u0631\u062d\u0628\u0627 e\u0301 \u2028 \u2029 \u0085 \u000b \u000c \u001c \u0000 \r\n\t"\\';

scenario("text in any script arrives as it is, everywhere", async (dagster) => {
  const run = await dagster.one(report("unicode"));
  assertClean(run);
  assertEquals(run.logs.at(-1)?.message, UNICODE);
  assertEquals(run.attempts[0]?.custom.map(plain), [{ [UNICODE]: UNICODE }]);
  const [materialization] = run.materializations;
  assertEquals(materialization?.dataVersion, UNICODE);
  assertEquals(
    show(materialization?.metadata[UNICODE]?.tree ?? { py: "None" }),
    `TextMetadataValue(text=${JSON.stringify(UNICODE)})`,
  );
});

scenario(
  "half a surrogate pair arrives as the replacement character",
  async (dagster) => {
    const run = await dagster.one(report("lone_surrogate"));
    assertClean(run);
    assertEquals(run.logs.at(-1)?.message, "half \ufffd of a face");
    assertEquals(
      run.materializations[0]?.metadata.text?.repr,
      "TextMetadataValue(text='half \ufffd')",
    );
  },
);

scenario(
  "a line of 100 KB arrives whole, and what follows it",
  async (dagster) => {
    const run = await dagster.one(report("long"));
    assertClean(run);
    assertEquals(
      run.materializations[0]?.metadata.long?.repr,
      `TextMetadataValue(text='${"ä".repeat(50_000)}')`,
    );
    assertEquals(run.logs.at(-1)?.message, "after the long one");
  },
);
