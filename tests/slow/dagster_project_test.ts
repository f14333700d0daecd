import { assertEquals, assertMatch } from "@std/assert";
import { page, PROJECT_PAGE } from "../docs/pages.ts";
import { docsPath } from "../docs/project.ts";
import { run } from "../kit/command.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { Project } from "../kit/project.ts";

Deno.test("the example project starts, and grows, by the commands of its page", async () => {
  using project = new Project();
  project.installBuild();
  const [start = "", , grow = ""] = page(PROJECT_PAGE).blocks
    .filter(({ language }) => language === "sh").map(({ code }) => code);
  assertMatch(start, /^cp [^]*\nnpm install\n[^]*\ndg dev\n$/);
  const script = [
    start
      // This package is not on npm yet in the version that is tested.
      .replace("npm install", `npm install --no-audit "${REPO_ROOT}/dist/npm"\nnpm install`)
      // It would not end. Everything else is done as it stands there.
      .replace("dg dev", "dg dev --help >/dev/null"),
    grow,
  ].join("\n");
  const { code, stdout, stderr } = await run(["bash", "-euxc", script], {
    cwd: project.path,
    env: { PATH: docsPath(), DAGSTER_DISABLE_TELEMETRY: "1", NO_COLOR: "1" },
    patience: 900_000,
  });
  assertEquals(code, 0, stdout + stderr);
  assertMatch(stdout + stderr, /Materialized value prices/);
});
