import { assertEquals } from "@std/assert";
import { countTests, sum } from "./ci.ts";

function report(tests: number, failures: number, disabled = 0): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="deno test" tests="${tests}" failures="${failures}" errors="0" time="1.0">
    <testsuite name="./a_test.ts" tests="${tests}" disabled="${disabled}" errors="0" failures="${failures}">
        <testcase name="a &lt;testsuite " classname="./a_test.ts" time="0.1" line="1" col="6"></testcase>
    </testsuite>
</testsuites>`;
}

Deno.test("a report counts each test once, and one that did not run not at all", () => {
  assertEquals(countTests(report(5, 2, 1)), { passed: 2, failed: 2 });
});

Deno.test("the sum of reports has the tests of all", () => {
  assertEquals(sum({ test: report(5, 1), doc: report(3, 0) }, ["test"]), { passed: 7, failed: 1 });
});

Deno.test("a failed step that is no test, or that tells of no failed test, is one failure", () => {
  const reports = { test: report(5, 0) };
  assertEquals(sum(reports, ["lint"]), { passed: 5, failed: 1 });
  assertEquals(sum(reports, ["test"]), { passed: 5, failed: 1 });
  assertEquals(sum(reports, ["test", "slow"]), { passed: 5, failed: 2 });
});
