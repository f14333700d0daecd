import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Dagster } from "../dagster/harness.ts";
import { run } from "../kit/command.ts";
import { launch } from "../kit/launch.ts";
import { cliCommand, launcherCommand, superviseShell } from "../kit/launcher.ts";
import { closedException, logsOf, methodsOf, sessionOf } from "../kit/messages.ts";

/** Options and what is said of them where they are wrong. */
const BAD: readonly (readonly [args: string, told: RegExp])[] = [
  [
    "nothing",
    /Unknown command "report nothing": choose run, supervise, report log, /,
  ],
  ["logg text", /Unknown command "report logg": did you mean report log\?/],
  ["log", /must be followed by a text/],
  ["log --asset orders text", /Unknown option --asset/],
  ["log --level LOUD text", /--level must be one of DEBUG, .* got "LOUD"/],
  ["log --lvel INFO text", /Unknown option --lvel: did you mean --level\?/],
  [
    "materialization --metadata rows",
    /--metadata must be like rows:int=120, got the string "rows"/,
  ],
  ["materialization --metadata rows:itn=1", /type of metadata "itn": did you mean int\?/],
  ["materialization --metadata rows:wondrous=1", /"wondrous": the types are text, /],
  [
    "materialization --metadata rows:int=many",
    /"rows" of type int must be JSON, got the string "many"/,
  ],
  [
    "materialization --metadata rows:json={",
    /"rows" of type json must be JSON, got the string "\{"/,
  ],
  ["materialization --metadata a=1 --metadata a=2", /"a" is given twice/],
  ["materialization orders", /takes only options, got "orders"/],
  ["check --name fresh", /needs --passed true\|false/],
  ["check --name fresh --passed yes", /--passed must be one of true, false, got "yes"/],
  ["check --name fresh --passed true --severity BAD", /must be one of WARN, ERROR, got "BAD"/],
  ["check --passed true", /needs --name NAME/],
];

for (const runtime of ["deno", "bun", "node26"] as const) {
  const env = { REPORT: cliCommand(runtime, "report").join(" ") };

  Deno.test(`${runtime}: a shell script under the launcher says by report what it did`, async () => {
    const { code, raw, stdout, stderr } = await superviseShell(
      runtime,
      `$REPORT log --level WARNING "3 rows" are odd
       $REPORT check --name fresh --passed true --severity WARN
       $REPORT materialization --metadata rows:int=120 --metadata "note=a=b" --data-version v1`,
      { env },
    );
    assertEquals([code, stdout, stderr], [0, "", ""]);
    const messages = sessionOf(raw);
    assertEquals(methodsOf(messages).slice(1, -1), [
      "log",
      "report_asset_check",
      "report_asset_materialization",
    ]);
    assertEquals(messages[1]?.params, { message: "3 rows are odd", level: "WARNING" });
    const { metadata, ...rest } = messages[3]?.params ?? {};
    assertEquals(rest, { asset_key: "orders", data_version: "v1" });
    assertEquals(metadata, {
      rows: { raw_value: "#120", type: "int" },
      note: { raw_value: "a=b", type: "text" },
    });
    assertEquals(messages.at(-1)?.params, {});
  });

  Deno.test(`${runtime}: a report that Dagster could not take fails the script's step`, async () => {
    const { code, raw, stderr } = await superviseShell(
      runtime,
      "$REPORT materialization --asset unknown; $REPORT log after",
      { env },
    );
    assertEquals(code, 1);
    assertMatch(stderr, /^error: .*unknown/m);
    const messages = sessionOf(raw);
    assertEquals(logsOf(messages), ["after"]);
    assertMatch(closedException(messages).message, /unknown/);
  });

  Deno.test(`${runtime}: a report from a script that Dagster starts without the launcher is refused`, async () => {
    const { code, raw, stderr } = await launch(runtime, "", {
      command: [...cliCommand(runtime, "report"), "log"],
    });
    assertEquals([code, raw], [1, ""]);
    assertStringIncludes(stderr, "Start the script with dagsterpipes supervise");
  });

  Deno.test(`${runtime}: a report from a script that the runner starts is refused as in Dagster`, async () => {
    const command = cliCommand(runtime, "report").slice(0, -1);
    const runs = (...words: string[]) => run([...command, "run", "--", ...words], { env });
    const script = ["sh", "-c", "$REPORT log of a script"];
    const alone = await runs(...script);
    assertEquals(alone.code, 1);
    assertStringIncludes(alone.stdout, "Start the script with dagsterpipes supervise");
    const supervised = await runs(...command, "supervise", "--", ...script);
    assertEquals(supervised.code, 0, supervised.stdout);
    assertMatch(supervised.stdout, /^log INFO {9}of a script$/m);
  });

  Deno.test(`${runtime}: a report outside a session prints what it would have said`, async () => {
    const says = async (...args: string[]) => {
      const { code, stdout, stderr } = await run([...cliCommand(runtime, "report"), ...args], {
        env: { NO_COLOR: "1" },
      });
      assertEquals([code, stderr], [0, ""]);
      return stdout;
    };
    assertEquals(await says("log", "one", "two"), "log INFO         one two\n");
    assertEquals(
      await says("materialization", "--asset", "orders", "--metadata", "rows:int=120"),
      "materialization  orders\n                 rows:  int  120\n",
    );
    assertMatch(
      await says("check", "--name", "fresh", "--passed", "false", "--severity", "WARN"),
      /^check {12}fresh of \S+: failed \(WARN\)\n$/,
    );
  });
}

Deno.test("a report that is called wrongly says what is wrong, and ends with 2", async () => {
  for (const [args, told] of BAD) {
    const { code, stderr } = await run([...cliCommand("deno", "report"), ...args.split(" ")]);
    assertEquals(code, 2, args);
    assertMatch(stderr, told);
  }
});

Deno.test("a value of metadata is written as in JSON, as text, or as shells write it", async () => {
  const values = [
    ["int=1180591620717411303424", "int        1180591620717411303424"],
    ["int= 12", "int        12"],
    ["float=.5", "float      0.5"],
    ["float=3", "float      3.0"],
    ["float=NaN", "float      NaN"],
    ["bool=true", "bool       true"],
    ["null=", "null       null"],
    ["timestamp=0", "timestamp  1970-01-01T00:00:00.000Z"],
    ["timestamp=2026-01-05T00:00:00Z", "timestamp  2026-01-05T00:00:00.000Z"],
    ["path=/tmp/3", "path       /tmp/3"],
    ['json={"a":[1]}', 'json       {"a":[1]}'],
  ];
  const args = values.flatMap(([given], index) => ["--metadata", `v${index + 10}:${given}`]);
  const command = [
    ...cliCommand("deno", "report"),
    "materialization",
    "--asset",
    "orders",
    ...args,
  ];
  const { stdout } = await run(command, { env: { NO_COLOR: "1" } });
  const shown = values.map(([, shown], index) => `${" ".repeat(17)}v${index + 10}:  ${shown}`);
  assertEquals(stdout, ["materialization  orders", ...shown, ""].join("\n"));
});

Deno.test("a value that is not of its type fails the step of the script", async () => {
  const { code, raw, stderr } = await superviseShell(
    "deno",
    "$REPORT materialization --metadata rows:int=1.5; $REPORT log after",
    { env: { REPORT: cliCommand("deno", "report").join(" ") } },
  );
  assertEquals(code, 1);
  assertMatch(stderr, /^error: metadata\.rows.*must be a whole number, got the number 1\.5/m);
  assertMatch(closedException(sessionOf(raw)).message, /must be a whole number/);
});

Deno.test("Dagster stores what a shell script reports", async () => {
  const dagster = await Dagster.start();
  const script =
    `$REPORT log hello; $REPORT materialization --metadata rows:int=120 --metadata t:float=3
    $REPORT check --name whole --passed false --severity WARN`;
  const { runs: [stored] } = await dagster.run("deno", {
    program: "ends.ts",
    assets: [{ key: ["report"], checks: ["whole"] }],
    env: { REPORT: cliCommand("deno", "report").join(" ") },
    under: [...launcherCommand("deno"), "sh", "-c", script],
  });
  await dagster.close();
  assertEquals(stored?.success, true);
  const [report] = stored?.materializations ?? [];
  assertEquals(report?.metadata.rows?.repr, "IntMetadataValue(value=120)");
  assertEquals(report?.metadata.t?.repr, "FloatMetadataValue(value=3.0)");
  assertEquals(
    stored?.checks.map(({ checkName, passed, severity }) => [checkName, passed, severity]),
    [["whole", false, "WARN"]],
  );
});
