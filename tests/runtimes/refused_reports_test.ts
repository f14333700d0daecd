import { assertEquals, assertMatch } from "@std/assert";
import { RUNTIMES } from "../kit/installed.ts";
import { launch } from "../kit/launch.ts";

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
    /^payload\[0\]: must be a JSON value, got undefined: say null .* \(in reportCustomMessage\)$/,
    /callsPayload/,
  ],
  log: [/^level: must be one of .* \(in log\)$/, /callsLog/],
  error: [/^message: must be a string, got the number 5 \(in log\.error\)$/, /callsError/],
  extra: [/^Cannot get the extra "treshold": .* \(in getExtra\)$/, /asksForExtra/],
  partition: [/^Cannot read partitionKey: the step targets no partition\. /, /readsPartition/],
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
