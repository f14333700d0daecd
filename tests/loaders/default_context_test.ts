import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { DagsterPipesError, PipesDefaultContextLoader } from "@dagsterpipes/pipes";
import { TempFolder } from "../kit/temp_folder.ts";

const loader = new PipesDefaultContextLoader();

function refusal(params: Record<string, unknown>): DagsterPipesError {
  return assertThrows(() => loader.loadContext(params), DagsterPipesError);
}

function withFile(content: string | Uint8Array, fn: (path: string) => void): void {
  using folder = new TempFolder();
  folder.write("context", content);
  fn(`${folder.path}/context`);
}

Deno.test("the data of the parameter is the context", () => {
  const data = { run_id: "r" };
  assertStrictEquals(loader.loadContext({ data }), data);
});

Deno.test("the text of the file is the context, as it stands there", () => {
  const text = '{"run_id": "ä\u{1F600}", "extras": NaN}';
  withFile(text, (path) => assertEquals(loader.loadContext({ path }), text));
});

Deno.test("a file may start with a byte order mark, and hold the character that stands for damage", () => {
  withFile(
    '\ufeff["\ufffd"]',
    (path) => assertEquals(loader.loadContext({ path }), '["\ufffd"]'),
  );
});

Deno.test("a file that is not UTF-8 is refused by its path", () => {
  withFile(new Uint8Array([0x22, 0xff, 0x22]), (path) => {
    const error = refusal({ path });
    assertEquals([error.code, error.message], [
      "context_invalid",
      `Cannot read the context file "${path}": it is not UTF-8 text`,
    ]);
  });
});

Deno.test("a file that is missing, or a directory, is refused with what to do", () => {
  const missing = refusal({ path: "/nowhere/context" });
  assertEquals(missing.code, "context_unavailable");
  assertEquals(
    missing.message.startsWith('Cannot read the context file "/nowhere/context": '),
    true,
  );
  assertEquals(
    missing.message.endsWith(
      "Check that its folder exists, and that Dagster and this process see the same files",
    ),
    true,
  );
  assertEquals(
    refusal({ path: "/" }).message.endsWith("It is a directory, and must be a file"),
    true,
  );
});

Deno.test("params of another kind are refused, and tell what is there", () => {
  const start =
    'Cannot load the context: DAGSTER_PIPES_CONTEXT must hold a "path" or "data", but has ';
  const end =
    ". Dagster's context injector may expect another context loader: pass it as contextLoader";
  assertEquals(refusal({}).message, `${start}no keys${end}`);
  assertEquals(refusal({ bucket: "b", key: "k" }).message, `${start}the keys bucket, key${end}`);
  const wrong = (key: string, text: string): string =>
    `Cannot load the context: the "${key}" in DAGSTER_PIPES_CONTEXT must be ${text}`;
  assertEquals(refusal({ data: [1] }).message, wrong("data", "an object, got an array"));
  assertEquals(refusal({ path: 1 }).message, wrong("path", "a string, got the number 1"));
});
