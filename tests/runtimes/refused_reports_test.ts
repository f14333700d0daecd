import { assertEquals, assertMatch } from "@std/assert";
import { run } from "../kit/command.ts";
import { runtimeCommand, RUNTIMES } from "../kit/installed.ts";
import { launch } from "../kit/launch.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { TempFolder } from "../kit/temp_folder.ts";

const EXPECTED: Readonly<Record<string, readonly [message: RegExp, caller: RegExp]>> = {
  materialization: [
    /^metadata\.table\.records\[0\]\.price: must be a finite number, got NaN.* \(in reportAssetMaterialization of asset "a"\)$/,
    /callsMaterialization/,
  ],
  check: [
    /^metadata\.table\.records\[0\]\.price: .* \(in reportAssetCheck of check "fresh" of asset "a"\)$/,
    /callsCheck/,
  ],
  payload: [
    /^payload\[0\]: must be a JSON value, got undefined: use null .* \(in reportCustomMessage\)$/,
    /callsPayload/,
  ],
  replaced: [/^payload\[0\]: .* \(in reportCustomMessage\)$/, /callsReplaced/],
  log: [/^level: must be one of .* \(in log\)$/, /callsLog/],
  error: [/^message: must be a string, got the number 5 \(in log\.error\)$/, /callsError/],
  extra: [/^Cannot get the extra "treshold": .* \(in getExtra\)$/, /asksForExtra/],
  partition: [/^Cannot read partitionKey: the step targets no partition\. /, /readsPartition/],
  range: [/^Cannot read partitionKeyRange: the step targets no partition\. /, /readsRange/],
};

for (const runtime of RUNTIMES) {
  Deno.test(`${runtime}: a refused report names method and subject, with the caller's line on top of its stack`, async () => {
    const outcome = await launch(runtime, "refused_reports.ts", {
      context: { run_id: "7f3c", asset_keys: ["a"] },
    });
    assertEquals(outcome.code, 0, outcome.stderr);
    const said = JSON.parse(outcome.stdout);
    assertEquals(Object.keys(said), Object.keys(EXPECTED));
    for (const [name, [message, caller]] of Object.entries(EXPECTED)) {
      assertMatch(said[name].message, message);
      assertMatch(said[name].line, caller);
    }
  });
}

for (const runtime of RUNTIMES) {
  Deno.test(`${runtime}: a refusal that nobody catches is printed with the line that it is of`, async () => {
    using folder = new TempFolder();
    folder.write("package.json", { type: "module" });
    folder.write(
      "late.mjs",
      `import { openDagsterPipes } from "${
        runtime === "deno" ? `${REPO_ROOT}/mod.ts` : `${REPO_ROOT}/dist/npm/mod.js`
      }";
const pipes = await openDagsterPipes();
await pipes.close();
pipes.log.info("late");
`,
    );
    const config = runtime === "deno" ? [`--config=${REPO_ROOT}/deno.json`] : [];
    const command = [...runtimeCommand(runtime), ...config, `${folder.path}/late.mjs`];
    const { code, stderr } = await run(command, { env: { NO_COLOR: "1" } });
    assertEquals(code, 1);
    assertMatch(stderr, /Cannot log: [^]*late\.mjs:4:\d+/);
    assertEquals(stderr.includes("method_call."), false, stderr);
  });
}
