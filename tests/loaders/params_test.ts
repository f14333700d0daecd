import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  DagsterPipesError,
  PipesEncodedParamsLoader,
  PipesEnvVarParamsLoader,
  PipesMappingParamsLoader,
} from "@dagsterpipes/pipes";
import { encodeParams } from "../kit/params.ts";

const CONTEXT = encodeParams({ path: "/in" });
const MESSAGES = encodeParams({ stdio: "stderr" });

async function refusal(load: () => unknown): Promise<DagsterPipesError> {
  return await assertRejects(async () => await load(), DagsterPipesError);
}

Deno.test("a mapping's two keys are read, beside any others", async () => {
  const loader = new PipesMappingParamsLoader({
    DAGSTER_PIPES_CONTEXT: CONTEXT,
    DAGSTER_PIPES_MESSAGES: MESSAGES,
    user: 1,
  });
  assertEquals(loader.isDagsterPipesProcess(), true);
  assertEquals(await loader.loadContextParams(), { path: "/in" });
  assertEquals(await loader.loadMessagesParams(), { stdio: "stderr" });
});

Deno.test("a mapping without both keys is no process of Dagster's", () => {
  assertEquals(new PipesMappingParamsLoader({ user: 1 }).isDagsterPipesProcess(), false);
});

Deno.test("one key alone is an error that names the other", async () => {
  const loader = new PipesMappingParamsLoader({ DAGSTER_PIPES_CONTEXT: CONTEXT });
  assertEquals(loader.isDagsterPipesProcess(), true);
  const error = await refusal(() => loader.loadMessagesParams());
  assertEquals(error.code, "params_missing");
  assert(
    error.message.startsWith("Cannot find the key DAGSTER_PIPES_MESSAGES of the mapping"),
    error.message,
  );
});

Deno.test("a value that is no string is refused", async () => {
  const loader = new PipesMappingParamsLoader({
    DAGSTER_PIPES_CONTEXT: { path: "/in" },
    DAGSTER_PIPES_MESSAGES: MESSAGES,
  });
  assertEquals(
    (await refusal(() => loader.loadContextParams())).message,
    "Cannot decode the key DAGSTER_PIPES_CONTEXT of the mapping: it must be a string, got an object",
  );
});

Deno.test("the environment is read when it is asked for, not before", async () => {
  const loader = new PipesEnvVarParamsLoader();
  assertEquals(loader.isDagsterPipesProcess(), false);
  const { get } = Deno.env;
  // The environment itself belongs to all tests that run meanwhile.
  Deno.env.get = (name) => name === "DAGSTER_PIPES_CONTEXT" ? CONTEXT : undefined;
  try {
    assertEquals(loader.isDagsterPipesProcess(), true);
    assertEquals(await loader.loadContextParams(), { path: "/in" });
    assert(
      (await refusal(() => loader.loadMessagesParams())).message.includes(
        "the environment variable DAGSTER_PIPES_MESSAGES",
      ),
    );
  } finally {
    Deno.env.get = get;
  }
});

Deno.test("a loader of one's own says where to read, and how to name it", async () => {
  class HeaderLoader extends PipesEncodedParamsLoader {
    protected override read(name: string): string | undefined {
      return name === "DAGSTER_PIPES_CONTEXT" ? CONTEXT : "?";
    }
    protected override describe(name: string): string {
      return `the header ${name}`;
    }
  }
  assertEquals(await new HeaderLoader().loadContextParams(), { path: "/in" });
  const error = await refusal(() => new HeaderLoader().loadMessagesParams());
  assert(
    error.message.startsWith("Cannot decode the header DAGSTER_PIPES_MESSAGES: it is not base64"),
    error.message,
  );
});
