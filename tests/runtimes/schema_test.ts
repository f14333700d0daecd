import { assert, assertEquals, assertMatch } from "@std/assert";
import { contextWith } from "../kit/context.ts";
import { RUNTIMES } from "../kit/installed.ts";
import { launch, type Outcome } from "../kit/launch.ts";
import { closedException, logsOf, messagesOf, methodsOf } from "../kit/messages.ts";

/**
 * Valibot as the tests have it; the installed package bundles its own, which scripts cannot reach.
 */
const VALIBOT = import.meta.resolve("valibot");

for (const runtime of RUNTIMES) {
  const withExtras = (name: string, extras: unknown): Promise<Outcome> =>
    launch(runtime, "schema.ts", { args: [name, VALIBOT], context: contextWith({ extras }) });

  for (const schema of ["by hand", "valibot"]) {
    Deno.test(`${runtime}: extras are what the schema (${schema}) makes of them`, async () => {
      const outcome = await withExtras(schema, { threshold: "1.5", output: { path: "/tmp/x" } });
      assertEquals(outcome.code, 0, outcome.stderr);
      assertEquals(JSON.parse(outcome.stdout), {
        extras: { threshold: 1.5, output: { path: "/tmp/x" } },
        doubled: 3,
        extra: 1.5,
      });
      assertEquals(logsOf(messagesOf(outcome.raw)), ["ran"]);
    });

    Deno.test(`${runtime}: extras that fail the schema (${schema}) fail the step, with the path of each field`, async () => {
      const outcome = await withExtras(schema, { threshold: "many", output: { path: 5 } });
      assertFailed(outcome, /threshold.*output\.path/);
      assertEquals(outcome.stdout, "");
    });
  }

  Deno.test(`${runtime}: a schema that throws, and one of a session opened by hand, fail the step too`, async () => {
    assertFailed(await withExtras("throwing", {}), /extrasSchema/);
    assertFailed(await withExtras("opened by hand", {}), /threshold/);
  });
}

function assertFailed(outcome: Outcome, message: RegExp): void {
  assert(outcome.code !== 0);
  assertMatch(outcome.stderr, /DagsterPipesError/);
  const messages = messagesOf(outcome.raw);
  assertEquals(methodsOf(messages), ["opened", "closed"]);
  assertMatch(closedException(messages).message, message);
}
