import { assertEquals, assertMatch } from "@std/assert";
import { RUNTIMES } from "../kit/installed.ts";
import { type LaunchOptions, launchWell } from "../kit/launch.ts";
import { encodeParams } from "../kit/params.ts";

/** The two parameters as they are given; one that is left out is `null`. */
interface Given {
  readonly context: string | null;
  readonly messages: string | null;
}

/** One way of giving them, and how its errors call the two. */
interface Loader {
  readonly name: string;
  readonly options: (given: Given) => LaunchOptions;
  readonly context: RegExp;
  readonly messages: RegExp;
}

const NO_VARIABLES = { contextVariable: null, messagesVariable: null };

const LOADERS: readonly Loader[] = [
  {
    name: "the environment",
    options: ({ context, messages }) => ({
      args: ["env"],
      contextVariable: context,
      messagesVariable: messages,
    }),
    context: /environment variable DAGSTER_PIPES_CONTEXT/,
    messages: /environment variable DAGSTER_PIPES_MESSAGES/,
  },
  {
    name: "the command line",
    options: ({ context, messages }) => ({
      ...NO_VARIABLES,
      args: [
        "cli",
        ...(context === null ? [] : ["--dagster-pipes-context", context]),
        ...(messages === null ? [] : [`--dagster-pipes-messages=${messages}`]),
        "own-argument",
      ],
    }),
    context: /--dagster-pipes-context/,
    messages: /--dagster-pipes-messages/,
  },
  {
    name: "a mapping",
    options: ({ context, messages }) => ({
      ...NO_VARIABLES,
      args: [
        "mapping",
        JSON.stringify({
          own: 1,
          ...(context === null ? {} : { "DAGSTER_PIPES_CONTEXT": context }),
          ...(messages === null ? {} : { "DAGSTER_PIPES_MESSAGES": messages }),
        }),
      ],
    }),
    context: /DAGSTER_PIPES_CONTEXT/,
    messages: /DAGSTER_PIPES_MESSAGES/,
  },
];

const CONTEXT = { path: "/tmp/\u00e9 \u{1F600}", more: [1, 2.5, null, { deep: true }] };
const MESSAGES = { stdio: "stderr" };

interface Told {
  readonly isDagster: boolean;
  readonly context: unknown;
  readonly messages: unknown;
}

for (const runtime of RUNTIMES) {
  for (const { name, options, context, messages } of LOADERS) {
    const ask = async (given: Given): Promise<Told> => {
      const outcome = await launchWell(
        runtime,
        "../contract/params_loader_program.ts",
        options(given),
      );
      return JSON.parse(outcome.stdout) as Told;
    };
    const both = { context: encodeParams(CONTEXT), messages: encodeParams(MESSAGES) };

    Deno.test(`${runtime}: the loader from ${name} keeps every promise of its port`, async (t) => {
      await t.step(
        "both parameters come back as they were encoded, as often as they are asked for",
        async () => {
          assertEquals(await ask(both), {
            isDagster: true,
            context: { params: CONTEXT, again: true },
            messages: { params: MESSAGES, again: true },
          });
        },
      );
      await t.step("without both it is no process of Dagster's", async () => {
        assertEquals((await ask({ context: null, messages: null })).isDagster, false);
      });
      await t.step(
        "one alone is a process of Dagster's with an error that names the other",
        async () => {
          const noContext = await ask({ ...both, context: null });
          assertEquals([noContext.isDagster, noContext.messages], [true, {
            params: MESSAGES,
            again: true,
          }]);
          assertError(noContext.context, "params_missing", context);
          const noMessages = await ask({ ...both, messages: null });
          assertEquals([noMessages.isDagster, noMessages.context], [true, {
            params: CONTEXT,
            again: true,
          }]);
          assertError(noMessages.messages, "params_missing", messages);
        },
      );
      await t.step(
        "a damaged one is an error that names it, and the other is still read",
        async () => {
          const damaged = await ask({ context: "damaged!", messages: both.messages });
          assertEquals(damaged.messages, { params: MESSAGES, again: true });
          assertError(damaged.context, "params_invalid", context);
        },
      );
    });
  }
}

function assertError(told: unknown, code: string, naming: RegExp): void {
  const error = told as { name: string; code: string; message: string };
  assertEquals([error.name, error.code], ["DagsterPipesError", code]);
  assertMatch(error.message, naming);
}
