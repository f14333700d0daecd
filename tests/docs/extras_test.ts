/**
 * Checks what the page on extras states about schemas and missing extras.
 *
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { sessionTest } from "../kit/failing_session.ts";
import { DagsterPipesError, withDagsterPipes } from "@dagsterpipes/pipes";
import * as v from "valibot";
import { memorySession } from "../kit/memory_session.ts";
import { page } from "./pages.ts";
import { DocsProject } from "./project.ts";

Deno.test("the extras have the exact types of a schema of valibot, zod or arktype", async () => {
  using project = new DocsProject();
  project.write(
    "types.ts",
    `import { withDagsterPipes } from "@dagsterpipes/pipes";
import { type } from "arktype";
import * as v from "valibot";
import { z } from "zod";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true
  : false;

const byValibot = v.object({ threshold: v.optional(v.number(), 1) });
const byZod = z.object({ threshold: z.number().default(1) });
const byArktype = type({ threshold: "number = 1" });
await withDagsterPipes({ extrasSchema: byValibot }, (pipes) => {
  const same: Same<typeof pipes.extras.threshold, number> = true;
  return same;
});
await withDagsterPipes({ extrasSchema: byZod }, (pipes) => {
  const same: Same<typeof pipes.extras.threshold, number> = true;
  return same;
});
await withDagsterPipes({ extrasSchema: byArktype }, (pipes) => {
  const same: Same<typeof pipes.extras.threshold, number> = true;
  return same;
});
`,
  );
  await project.checkTypes(["types.ts"]);
});

sessionTest("wrong extras fail the step with the words that the page shows", async () => {
  const [, shown = ""] = /\n\n((?: {4}.*\n)+)/.exec(page("docs/extras.md").text) ?? [];
  const { options } = memorySession({ extras: { threshold: "high" } });
  const extrasSchema = v.object({ threshold: v.optional(v.number(), 1) });
  const error = await assertRejects(
    () => withDagsterPipes({ ...options, extrasSchema }, () => {}),
    DagsterPipesError,
  );
  assertEquals(error.message, shown.trim().replaceAll(/\s+/g, " "));
});

Deno.test("a missing extra has the value of the page", async () => {
  const given = memorySession({ extras: { other: 1 } });
  await withDagsterPipes(given.options, (pipes) => {
    assertEquals(pipes.getExtra("threshold", 3), 3);
    assertEquals(pipes.extras.threshold, undefined);
    let told = "";
    try {
      pipes.getExtra("threshold");
    } catch (error) {
      told = String(error);
    }
    assert(told.includes("the extras are other"), told);
  });
  const extras = { big: 2n ** 60n };
  const { options } = memorySession();
  const contextLoader = {
    loadContext: () =>
      '{"run_id": "r", "extras": {"big": 1152921504606846976, "nan": NaN, "one": 1.0}}',
  };
  await withDagsterPipes({ ...options, contextLoader }, (pipes) => {
    assertEquals(pipes.extras, { ...extras, nan: NaN, one: 1 });
  });
});
