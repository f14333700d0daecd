/**
 * What `.ci/run` runs: the gate, then what `test:all` adds to it, and the sum of all as the last
 * line.
 *
 * A gate step that is no test counts as one failure where it fails, and so does a run of tests that
 * ends badly though no test of it is told to have failed (a program that does not compile, a
 * crash).
 *
 * @module
 */
import { existsSync } from "@std/fs";
import { REPO_ROOT } from "../kit/places.ts";

/** How many tests ended how. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

function attribute(tag: string, name: string): number {
  return Number(new RegExp(`\\s${name}="(\\d+)"`).exec(tag)?.[1] ?? 0);
}

/** Adds up a JUnit report. A test that did not run did not pass. */
export function countTests(xml: string): Counts {
  let passed = 0;
  let failed = 0;
  for (const [tag] of xml.matchAll(/<testsuite\s[^>]*>/g)) {
    const bad = attribute(tag, "failures") + attribute(tag, "errors");
    const unrun = attribute(tag, "skipped") + attribute(tag, "disabled");
    failed += bad;
    passed += attribute(tag, "tests") - bad - unrun;
  }
  return { passed, failed };
}

/**
 * The sum of all reports and steps.
 *
 * @param reports JUnit reports by the step that wrote them.
 * @param failedSteps The steps that ended badly.
 */
export function sum(
  reports: Readonly<Record<string, string>>,
  failedSteps: readonly string[],
): Counts {
  let passed = 0;
  let failed = 0;
  for (const xml of Object.values(reports)) {
    const counts = countTests(xml);
    passed += counts.passed;
    failed += counts.failed;
  }
  for (const step of failedSteps) {
    const xml = reports[step];
    if (xml === undefined || countTests(xml).failed === 0) failed++;
  }
  return { passed, failed };
}

async function task(name: string, dir: string): Promise<boolean> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["task", name, ...(name === "ok" ? [] : ["--frozen"])],
    cwd: REPO_ROOT,
    env: { CI: "true", NO_COLOR: "1", DAGSTERPIPES_JUNIT_DIR: dir },
    stdin: "null",
  }).spawn();
  return (await child.status).success;
}

async function main(dir: string): Promise<number> {
  const failedSteps: string[] = [];
  if (!await task("ok", dir)) {
    const told: string[] = existsSync(`${dir}/failed.json`)
      ? JSON.parse(Deno.readTextFileSync(`${dir}/failed.json`))
      : [];
    failedSteps.push(...(told.length > 0 ? told : ["ok"]));
  }
  if (!await task("test:slow", dir)) failedSteps.push("slow");

  const reports: Record<string, string> = {};
  for (const { name } of Deno.readDirSync(dir)) {
    if (!name.endsWith(".xml")) continue;
    const step = name.slice(0, -".xml".length);
    reports[step] = Deno.readTextFileSync(`${dir}/${name}`);
  }
  const { passed, failed } = sum(reports, failedSteps);
  if (failedSteps.length > 0) {
    console.log(`failed steps: ${failedSteps.join(", ")}`);
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

if (import.meta.main) {
  const dir = await Deno.makeTempDir();
  try {
    Deno.exitCode = await main(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}
