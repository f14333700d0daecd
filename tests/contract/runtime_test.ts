import { assert, assertEquals } from "@std/assert";
import { RUNTIMES } from "../kit/installed.ts";
import { launch } from "../kit/launch.ts";

const SYSTEM_CODES: Readonly<Record<string, string>> = {
  "readFile missing": "ENOENT",
  "readFile directory": "EISDIR",
  "readText missing": "ENOENT",
  "openAppend no folder": "ENOENT",
  "openAppend directory": "EISDIR",
};

for (const runtime of RUNTIMES) {
  Deno.test(`${runtime}: its adapter keeps every promise of the runtime port`, async (t) => {
    const outcome = await launch(runtime, "../contract/runtime_program.ts", {
      args: ["first", "--second=2", ""],
      env: { "PIPES_CONTRACT": "v\u00e4lue", "PIPES_CONTRACT_EMPTY": "" },
    });
    const found = JSON.parse(outcome.stdout) as Record<string, unknown>;

    await t.step("it is the adapter of the runtime", () => {
      assertEquals(found.name, runtime.replace(/\d+$/, ""));
    });
    await t.step("failProcess sets the code that the process ends with, once", () => {
      assertEquals([outcome.code, outcome.signal], [3, null]);
    });
    await t.step(
      "env gives values, also empty ones, and undefined for what is missing",
      () => {
        assertEquals(found.env, ["v\u00e4lue", ""]);
        assertEquals(found["env missing"], "undefined");
      },
    );
    await t.step(
      "args are the script's own",
      () => assertEquals(found.args, ["first", "--second=2", ""]),
    );
    await t.step("processes are told apart by their ids, and those that run from others", () => {
      assertEquals([found.processId, found.parentId], [true, true]);
      assertEquals(found.isRunning, [true, true, false]);
    });
    await t.step("readFile gives bytes", () => assertEquals(found.readFile, [0, 0xff, 0x7b, 0x0a]));
    await t.step(
      "readText gives text, and U+FFFD for a byte that is none",
      () => assertEquals(found.readText, "\0\ufffd{\n"),
    );
    await t.step("errors of the system have its codes", () => {
      for (const [name, code] of Object.entries(SYSTEM_CODES)) {
        assertEquals((found[name] as { code?: unknown }).code, code, name);
      }
    });
    await t.step(
      "appends land at the end whoever writes, are there at once, and stay",
      () => {
        const text = "one\nzw\u00f6lf\nthree\n";
        const bytes = new TextEncoder().encode(text).length;
        assertEquals(found.openAppend, {
          counts: [4, 7, 6],
          seen: text,
          sizes: [0, bytes, bytes, bytes + 5],
          kept: `${text}four\n`,
        });
      },
    );
    await t.step(
      "a view writes its own bytes, and nothing of what is around it",
      () => {
        assertEquals(found["openAppend pieces"], "23489");
      },
    );
    await t.step("the streams are raw, have no size, and stay open", () => {
      assertEquals(found["stdio size"], [null, null]);
      assert(outcome.stderr.endsWith("raw on stderr\nand after close\n"), outcome.stderr);
    });
    await t.step("zlib is packed and unpacked with its header", () => {
      assertEquals(found.zlib, { header: 8, same: true });
      assertEquals(found["zlib large"], { header: 8, same: true });
      assertEquals(found["zlib empty"], 0);
      assertEquals(found["zlib of Python"], "hello");
    });
    await t.step("what is not whole zlib is never taken for it", () => {
      for (const name of ["zlib without its header", "not zlib", "zlib cut short"]) {
        assertEquals(found[name], "refused", name);
      }
    });
    await t.step("data that unpacks to more than the limit is a RangeError", () => {
      assertEquals(found["zlib limit"], ["RangeError", 1e6]);
    });
  });
}
