import { type as arktype } from "npm:arktype@2";
import { z } from "npm:zod@4";
import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import {
  DagsterPipesError,
  openDagsterPipes,
  PipesMappingParamsLoader,
  PipesStdioFileLogWriter,
  type StandardSchemaV1,
  withDagsterPipes,
} from "@dagsterpipes/pipes";
import * as v from "valibot";
import { sessionTest } from "../kit/failing_session.ts";
import { memorySession } from "../kit/memory_session.ts";

/** Opens with options that the compiler would not let pass. */
async function refusal(...args: unknown[]): Promise<string> {
  const error = await assertRejects(
    () => Reflect.apply(openDagsterPipes, null, args),
    DagsterPipesError,
  );
  assertEquals(error.code, "invalid_argument");
  return error.message;
}

sessionTest("options of the wrong kind are refused by their names", async () => {
  const options: [string, unknown, string][] = [
    [
      "paramsLoader",
      {},
      "an object with isDagsterPipesProcess, loadContextParams, loadMessagesParams, got an object",
    ],
    ["contextLoader", null, "an object with loadContext, got null"],
    ["messageWriter", 1, "an object with open, got the number 1"],
    ["extrasSchema", {}, "a schema of the Standard Schema kind, got an object"],
    ["handleSignals", 1, "true or false, got the number 1"],
    ["graceSeconds", "10", 'seconds from 0 to 17, got the string "10"'],
    ["graceSeconds", 18, "seconds from 0 to 17, got the number 18"],
    ["graceSeconds", NaN, "seconds from 0 to 17, got NaN"],
    ["captureConsole", "yes", 'true or false, got the string "yes"'],
  ];
  for (const [name, value, text] of options) {
    assertEquals(await refusal({ [name]: value }), `The option ${name} must be ${text}`);
  }
});

sessionTest("options that are not there are refused, and those that are named", async () => {
  const message = await refusal({ toString: 1 });
  assert(
    message.startsWith(
      'Unknown option "toString". The options are paramsLoader, contextLoader, messageWriter',
    ),
    message,
  );
  assertEquals(await refusal(null), "The options must be an object, got null");
  assertEquals(await refusal([]), "The options must be an object, got an array");
});

sessionTest("an option that is undefined is left out", async () => {
  const { options, lines } = memorySession();
  await withDagsterPipes({
    ...options,
    contextLoader: undefined,
    extrasSchema: undefined,
    graceSeconds: undefined,
  }, () => {});
  assertEquals(lines.length, 2);
});

sessionTest(
  "a session without a function, or with one ahead of the options, is refused before it opens",
  async () => {
    const { options, counts } = memorySession();
    for (const args of [[], [options], [options, "fn"], [() => {}, options]]) {
      const error = await assertRejects(
        () => Reflect.apply(withDagsterPipes, null, args),
        DagsterPipesError,
      );
      assertEquals(error.message, "withDagsterPipes takes a function, alone or after the options");
    }
    assertEquals(counts.opened, 0);
  },
);

sessionTest("loaders and writers that give something else are refused by name", async () => {
  const { options } = memorySession();
  const nothing = () => undefined as never;
  for (
    const [asked, expected] of [
      [
        { paramsLoader: { ...options.paramsLoader!, loadMessagesParams: nothing } },
        "paramsLoader.loadMessagesParams must return an object, got undefined",
      ],
      [
        { paramsLoader: { ...options.paramsLoader!, loadContextParams: nothing } },
        "paramsLoader.loadContextParams must return an object, got undefined",
      ],
      [
        { messageWriter: { open: nothing } },
        "messageWriter.open must return an object with writeMessage, close, got undefined",
      ],
      [
        { messageWriter: { open: "x" } as never },
        "The option messageWriter must be an object with open, got an object",
      ],
    ] as const
  ) {
    const error = await assertRejects(
      () => withDagsterPipes({ ...options, ...asked }, () => {}),
      DagsterPipesError,
    );
    assertEquals([error.code, error.message], ["invalid_argument", expected]);
  }
  const mapping = assertThrows(
    () => Reflect.construct(PipesMappingParamsLoader, [undefined]),
    DagsterPipesError,
  );
  assertEquals(
    mapping.message,
    "PipesMappingParamsLoader takes an object, such as the event of a function, got undefined",
  );
  const writer = assertThrows(
    () => Reflect.apply(PipesStdioFileLogWriter.prototype.open, {}, []),
    DagsterPipesError,
  );
  assertEquals(writer.code, "params_invalid");
});

async function extrasError(
  extras: unknown,
  extrasSchema: StandardSchemaV1<unknown, unknown>,
): Promise<DagsterPipesError> {
  const session = memorySession({ extras });
  const error = await assertRejects(
    () => withDagsterPipes({ ...session.options, extrasSchema }, () => {}),
    DagsterPipesError,
  );
  assertEquals(error.code, "extras_invalid");
  const closed = session.messages().at(-1)!;
  assertEquals(closed.method, "closed");
  assertEquals(
    (closed.params.exception as { message: string }).message,
    `DagsterPipesError: ${error.message}`,
  );
  return error;
}

sessionTest("the extras are what the schema makes of them", async () => {
  const extrasSchema = v.object({
    threshold: v.pipe(v.string(), v.transform(Number)),
    region: v.optional(v.string(), "all"),
  });
  const { options } = memorySession({ extras: { threshold: "1.5", more: 1 } });
  await withDagsterPipes({ ...options, extrasSchema }, (pipes) => {
    assertEquals(pipes.extras, { threshold: 1.5, region: "all" });
    assertEquals(pipes.getExtra("region"), "all");
  });
});

sessionTest("extras that do not satisfy the schema are told with each path", async () => {
  const schema = v.object({ a: v.object({ b: v.array(v.number()) }), c: v.string() });
  const error = await extrasError({ a: { b: [1, "x"] } }, schema);
  assert(
    error.message.startsWith("Cannot use the extras that Dagster gave: extras.a.b.1: "),
    error.message,
  );
  assert(error.message.includes("; extras.c: "), error.message);
  assertEquals(error.cause, undefined);
});

/** Extras that a schema refuses, with secrets where it looks and where it does not. */
const SECRETS = { password: "hunter2", threshold: "s3cr3t-value", nested: { token: "t0ken" } };

for (
  const [library, extrasSchema] of [
    ["valibot", v.object({ threshold: v.number(), nested: v.object({ token: v.boolean() }) })],
    ["zod", z.object({ threshold: z.number(), nested: z.object({ token: z.boolean() }) })],
    ["arktype", arktype({ threshold: "number", nested: { token: "boolean" } })],
  ] as const
) {
  sessionTest(
    `extras that a schema of ${library} refuses are named by path and rule, without a value`,
    async () => {
      const session = memorySession({ extras: SECRETS });
      const error = await assertRejects(
        () => withDagsterPipes({ ...session.options, extrasSchema }, () => {}),
        DagsterPipesError,
      );
      assertEquals(error.code, "extras_invalid");
      assert(error.message.includes("extras.threshold: "), error.message);
      assert(error.message.includes("extras.nested.token: "), error.message);
      const sent = JSON.stringify(session.messages()) + error.message + Deno.inspect(error);
      for (const secret of ["hunter2", "s3cr3t", "t0ken"]) assert(!sent.includes(secret), sent);
    },
  );

  sessionTest(`extras that a schema of ${library} takes are what it makes of them`, async () => {
    const extras = { threshold: 1.5, nested: { token: true } };
    const { options } = memorySession({ extras });
    await withDagsterPipes({ ...options, extrasSchema }, (pipes) => {
      const threshold: number = pipes.extras.threshold;
      assertEquals([threshold, pipes.extras], [1.5, extras]);
    });
  });
}

const STRICT: Readonly<Record<string, StandardSchemaV1>> = {
  valibot: v.object({ key: v.pipe(v.string(), v.regex(/^x/)), pin: v.string() }),
  zod: z.object({ key: z.enum(["a", "b"]), pin: z.string() }),
  arktype: arktype({ key: "'a' | 'b'", pin: "number < 5" }),
};

for (const [library, extrasSchema] of Object.entries(STRICT)) {
  sessionTest(
    `a number and a text of several lines are left out of what a schema of ${library} says`,
    async () => {
      const extras = { key: 'first "line"\ns3cr3t', pin: 864209 };
      const session = memorySession({ extras });
      const { message } = await assertRejects(
        () => withDagsterPipes({ ...session.options, extrasSchema }, () => {}),
        DagsterPipesError,
      );
      assertMatch(message, /extras\.key: .*extras\.pin: /);
      assert(!/s3cr3t|864209/.test(message), message);
    },
  );
}

sessionTest("a refused extra is named with the rule, or as missing", async () => {
  const cases: [StandardSchemaV1, string][] = [
    [
      v.object({ a: v.number(), b: v.string() }),
      "extras.a: expected number, got a string; extras.b: is missing",
    ],
    [
      v.object({ a: v.pipe(v.string(), v.email()) }),
      "extras.a: breaks the rule email of the schema, got a string",
    ],
    [
      z.object({ a: z.number(), b: z.string() }),
      "extras.a: expected number, got a string; extras.b: is missing",
    ],
    [
      z.object({ a: z.string().min(20) }),
      "extras.a: breaks the rule too_small of the schema, got a string",
    ],
    [
      arktype({ a: "string > 20" }),
      "extras.a: breaks the rule minLength of the schema, got a string",
    ],
  ];
  for (const [schema, text] of cases) {
    const { message } = await extrasError({ a: "s3cr3t" }, schema);
    assert(message.includes(`gave: ${text}. `), message);
  }
});

sessionTest("an extra that is not there is its fallback, which may be anything", async () => {
  const { options } = memorySession({ extras: { there: null } });
  await withDagsterPipes(options, (pipes) => {
    assertEquals(pipes.getExtra("threshold", 1), 1);
    assertEquals(pipes.getExtra("threshold", undefined), undefined);
    assertEquals(pipes.getExtra("there", 1), null);
    assertThrows(() => pipes.getExtra("threshold"), DagsterPipesError, "threshold");
  });
});

sessionTest(
  "a schema that throws, or is asynchronous, is an exception like any other",
  async () => {
    const schema = (
      validate: () => unknown,
    ): StandardSchemaV1<unknown, unknown> =>
      Reflect.apply(Object, null, [{ "~standard": { version: 1, vendor: "test", validate } }]);
    const cause = new Error("broken");
    const error = await extrasError(
      {},
      schema(() => {
        throw cause;
      }),
    );
    assertEquals(error.cause, cause);
    const later = await extrasError(
      { x: "s3cr3t" },
      schema(() => Promise.resolve({ issues: [{ message: "s3cr3t is odd", path: ["x"] }] })),
    );
    assert(later.message.includes("extras.x: refused by the schema, got a string"), later.message);
    const nothing = await extrasError({}, schema(() => undefined));
    assert(nothing.message.endsWith("got undefined"), nothing.message);
  },
);
