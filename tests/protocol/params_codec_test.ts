import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { Buffer } from "node:buffer";
import { encodeBase64 } from "@std/encoding/base64";
import { DagsterPipesError } from "../../src/errors.ts";
import { MESSAGES_PARAMS, requireStringParam } from "../../src/protocol/params_checks.ts";
import { decodeParams, encodeParams } from "../../src/protocol/params_codec.ts";
import { currentRuntime } from "../../src/runtime/current.ts";

const { inflate, deflate } = currentRuntime();
const NAME = "the environment variable X";

/**
 * What Python makes: `base64.b64encode(zlib.compress(json.dumps({"path": "/tmp/ä"}).encode()))`.
 */
const FROM_PYTHON = "eJyrVipILMlQslJQ0i/JLdCPKTUwSDVRqgUAVfsHAQ==";

async function refusal(value: string): Promise<string> {
  const error = await assertRejects(() => decodeParams(value, NAME, inflate), DagsterPipesError);
  assertEquals(error.code, "params_invalid");
  return error.message;
}

async function encoded(text: string | Uint8Array<ArrayBuffer>): Promise<string> {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  return encodeBase64(await deflate(bytes));
}

function advice(what: string): string {
  return `Cannot decode ${NAME}: it ${what}. Pass it on exactly as Dagster made it (JSON, packed by zlib, in base64)`;
}

Deno.test("params come back as they were encoded", async () => {
  const params = {
    path: "/tmp/ä \u{1F600}",
    data: { extras: [1, 1.5, null, { deep: ["x".repeat(100_000)] }] },
  };
  const value = await encodeParams(params, deflate);
  assert(/^[A-Za-z0-9+/]+=*$/.test(value));
  assertEquals(await decodeParams(value, NAME, inflate), params);
});

Deno.test("what deflate gives may be a Buffer, whose slices share its memory, and is left as it is", async () => {
  let buffer = Buffer.alloc(0);
  const params = { a: "1".repeat(2000) };
  const value = await encodeParams(params, async (bytes) => {
    const packed = await deflate(bytes);
    // Node's zlib gives a part of memory with other things before it.
    buffer = Buffer.concat([Buffer.from("before"), packed]);
    return buffer.subarray("before".length);
  });
  assertEquals(await decodeParams(value, NAME, inflate), params);
  assertEquals(buffer.toString("latin1", 0, 7), "beforex");
});

Deno.test("params that Python encoded are read", async () => {
  assertEquals(await decodeParams(FROM_PYTHON, NAME, inflate), { path: "/tmp/ä" });
});

Deno.test("spaces and line ends around the value do not matter", async () => {
  const value = await encodeParams({ a: 1 }, deflate);
  assertEquals(await decodeParams(` ${value}\r\n`, NAME, inflate), { a: 1 });
});

Deno.test("NaN and integers of any size are read", async () => {
  const value = await encoded('{"a": NaN, "b": 1180591620717411303424}');
  assertEquals(await decodeParams(value, NAME, inflate), { a: NaN, b: 2n ** 70n });
});

Deno.test("an empty value is refused", async () => {
  assertEquals(await refusal("  \n"), advice("is empty"));
});

Deno.test("a value that is not base64 is refused", async () => {
  assertEquals(await refusal("{not base64}"), advice("is not base64"));
});

Deno.test("base64 of something else than zlib data is refused", async () => {
  const raw = encodeBase64(new TextEncoder().encode('{"path": "/tmp/x"}'));
  assertEquals(await refusal(raw), advice("is base64, but not of zlib data"));
  assertEquals(await refusal("eA=="), advice("is base64, but not of zlib data"));
});

Deno.test("zlib data that is cut short is refused, wherever it is cut", async () => {
  const bytes = await deflate(new TextEncoder().encode('{"path": "/tmp/some/where"}'));
  for (let length = 2; length < bytes.length; length++) {
    const message = await refusal(encodeBase64(bytes.slice(0, length)));
    assert(message.includes("is zlib data that is damaged or cut short"), `${length}: ${message}`);
  }
});

Deno.test("bytes after the end of zlib data are refused", async () => {
  const bytes = await deflate(new TextEncoder().encode("{}"));
  // As a runtime that ignores them.
  const ignore = (packed: Uint8Array) => inflate(packed.subarray(0, bytes.length), 100);
  const value = encodeBase64(new Uint8Array([...bytes, 0, 0, 0]));
  const error = await assertRejects(() => decodeParams(value, NAME, ignore), DagsterPipesError);
  assertEquals(
    error.message,
    advice("is zlib data that is damaged or cut short: its checksum is wrong"),
  );
});

Deno.test("a wrong checksum is refused", async () => {
  const bytes = (await deflate(new TextEncoder().encode("{}"))).slice();
  bytes[bytes.length - 1]! ^= 1;
  assert(
    (await refusal(encodeBase64(bytes))).includes("is zlib data that is damaged or cut short"),
  );
});

Deno.test("what is not JSON, or not UTF-8, is refused with its cause", async () => {
  for (
    const value of [await encoded('{"path": '), await encoded(new Uint8Array([0x7b, 0xff, 0x7d]))]
  ) {
    const error = await assertRejects(() => decodeParams(value, NAME, inflate), DagsterPipesError);
    assertEquals(error.message, advice("does not hold JSON"));
    assert(error.cause instanceof Error);
  }
});

Deno.test("JSON that is no object is refused, and told what it is", async () => {
  const kinds = { "[]": "an array", '"a"': 'the string "a"', "1": "the number 1", "null": "null" };
  for (const [text, kind] of Object.entries(kinds)) {
    assertEquals(
      await refusal(await encoded(text)),
      advice(`must hold a JSON object, but holds ${kind}`),
    );
  }
});

Deno.test("a param that must be a string is told apart where it is missing and where it is another value", () => {
  const problem = (params: Record<string, unknown>): string =>
    assertThrows(() => requireStringParam(params, "bucket", MESSAGES_PARAMS), DagsterPipesError)
      .message;
  assertEquals(requireStringParam({ bucket: "b" }, "bucket", MESSAGES_PARAMS), "b");
  assertEquals(
    problem({ bucket: 1 }),
    'Cannot open the messages: the "bucket" in DAGSTER_PIPES_MESSAGES must be a string, got the number 1',
  );
  assertEquals(
    problem({ path: "/a", key: "k" }),
    'Cannot open the messages: DAGSTER_PIPES_MESSAGES must hold a "bucket", but has the keys path, key. ' +
      "Dagster's message reader may expect another message writer: pass it as messageWriter",
  );
  assertMatch(problem({ ["k".repeat(1e6)]: 1 }), /^.{80,200}k…\. Dagster's.*$/);
  assertMatch(
    problem({ dagster_pipes_composite_writers: [] }),
    /has the keys dagster_pipes_composite_writers\. These are for several writers: launch each process with its own part of `get_per_writer_bootstrap_env_vars\(\)`$/,
  );
});
