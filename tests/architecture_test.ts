import { assertEquals, assertGreater } from "@std/assert";
import {
  bareDynamicImports,
  importCycles,
  longFiles,
  misplacedPackages,
  runtimeNames,
  untyped,
  upwardImports,
  usings,
} from "./architecture/rules.ts";
import { parse, readSources, type Source } from "./architecture/source.ts";

const sources = readSources();

/** What a rule says of a few made-up modules. */
function verdict(
  rule: (sources: readonly Source[]) => string[],
  modules: Readonly<Record<string, string>>,
): string[] {
  return rule(Object.entries(modules).map(([path, text]) => parse(path, text)));
}

Deno.test("the rules look at the whole package", () => {
  assertGreater(sources.length, 20);
  const rooms = new Set(sources.map(({ path }) => path.split("/")[1]));
  for (const room of ["errors.ts", "json", "protocol", "runtime", "loaders", "session"]) {
    assertEquals(rooms.has(room), true, `no module in ${room}`);
  }
});

Deno.test("imports under src go downwards only", () => {
  assertEquals(upwardImports(sources), []);
});

Deno.test("an import upwards, sideways or of the facade is found", () => {
  const text = 'import { x } from "../session/open.ts";';
  assertEquals(verdict(upwardImports, { "src/protocol/a.ts": text }), [
    "src/protocol/a.ts: imports src/session/open.ts",
  ]);
  const type = 'export type { X } from "../loaders/env_params.ts";';
  assertEquals(verdict(upwardImports, { "src/writers/a.ts": type }).length, 1);
  const runtime = 'import { x } from "../runtime/current.ts";';
  assertEquals(verdict(upwardImports, { "src/protocol/a.ts": runtime }).length, 1);
  assertEquals(verdict(upwardImports, { "src/capture/a.ts": runtime }), []);
  const lazy = 'await import("../../mod.ts");';
  assertEquals(verdict(upwardImports, { "src/runner/a.ts": lazy }).length, 1);
  assertEquals(verdict(upwardImports, { "src/attic/a.ts": "" }).length, 1);
});

Deno.test("no module under src loads itself by way of others", () => {
  assertEquals(importCycles(sources), []);
});

Deno.test("a cycle of imports is found, one of types is none", () => {
  const b = 'export * from "./a.ts";';
  assertEquals(
    verdict(importCycles, {
      "src/session/a.ts": 'import { b } from "./b.ts";',
      "src/session/b.ts": b,
    }),
    ["src/session/a.ts -> src/session/b.ts -> src/session/a.ts"],
  );
  assertEquals(
    verdict(importCycles, {
      "src/session/a.ts": 'import type { B } from "./b.ts";',
      "src/session/b.ts": b,
    }),
    [],
  );
});

Deno.test("packages are imported where they may be, and mod.ts does not lead to valibot", () => {
  assertEquals(misplacedPackages(sources), []);
});

Deno.test("a package in the wrong place is found", () => {
  const fs = 'import { exists } from "@std/fs";';
  assertEquals(verdict(misplacedPackages, { "src/loaders/a.ts": fs }).length, 1);
  const other = 'import chalk from "chalk";';
  assertEquals(verdict(misplacedPackages, { "mod.ts": other }).length, 1);
  const schema = { "src/protocol/s.ts": 'import * as v from "valibot";' };
  const eager = { "mod.ts": 'export * from "./src/protocol/s.ts";', ...schema };
  const lazy = { "mod.ts": 'await import("./src/protocol/s.ts");', ...schema };
  const apart = { "mod.ts": "", ...schema };
  assertEquals(verdict(misplacedPackages, eager), ["mod.ts: leads to valibot"]);
  assertEquals(verdict(misplacedPackages, lazy), ["mod.ts: leads to valibot"]);
  assertEquals(verdict(misplacedPackages, apart), []);
});

Deno.test("what is loaded later says what to do where it is missing", () => {
  assertEquals(bareDynamicImports(sources), []);
});

Deno.test("a part that is loaded by a bare import is found", () => {
  for (const text of ['await import("./b.ts");', 'const load = () => import("./b.ts");']) {
    assertEquals(verdict(bareDynamicImports, { "src/session/a.ts": text }).length, 1, text);
  }
  const part = 'await loadPart(() => import("./b.ts"));';
  assertEquals(verdict(bareDynamicImports, { "src/session/a.ts": part }), []);
});

Deno.test("runtimes are named in src/runtime alone, and not touched at import", () => {
  assertEquals(runtimeNames(sources), []);
});

Deno.test("the name of a runtime elsewhere is found, the same word as a property is none", () => {
  for (
    const text of [
      "Deno.exit(1);",
      "const { env } = process;",
      "Reflect.get(globalThis, 'Bun');",
      'import { readFileSync } from "node:fs";',
      'await import("node:fs");',
      "export function f(): Deno.FsFile | undefined { return; }",
      "console.log(1);",
    ]
  ) {
    const found = verdict(runtimeNames, { "src/session/a.ts": text });
    assertEquals(found.length, 1, text);
  }
  const property = "export const a = { process: 1 }; a.process; // Deno";
  assertEquals(verdict(runtimeNames, { "src/session/a.ts": property }), []);
  const top = "export const version = Deno.version;";
  assertEquals(verdict(runtimeNames, { "src/runtime/a.ts": top }).length, 1);
  const type = "export type Signal = typeof globalThis;";
  assertEquals(verdict(runtimeNames, { "src/session/a.ts": type }).length, 1);
  assertEquals(verdict(runtimeNames, { "src/public_types.ts": type }), []);
  const inside = "export const version = () => Deno.version;";
  assertEquals(verdict(runtimeNames, { "src/runtime/a.ts": inside }), []);
});

Deno.test("src has no any and silences no checker", () => {
  assertEquals(untyped(sources), []);
});

Deno.test("an any or a silenced checker is found, the word in a comment is none", () => {
  const a = "export const x = JSON.parse('') as any;";
  assertEquals(verdict(untyped, { "src/errors.ts": a }).length, 1);
  const ignore = "// @ts-" + "ignore\nx();";
  assertEquals(verdict(untyped, { "src/errors.ts": ignore }).length, 1);
  const word = "// any of them\nexport const any = 1;";
  assertEquals(verdict(untyped, { "src/errors.ts": word }), []);
});

Deno.test("no file under src is longer than 250 lines", () => {
  assertEquals(longFiles(sources), []);
});

Deno.test("a file of 251 lines is found, one of 250 is none", () => {
  const text = "x;\n".repeat(250);
  assertEquals(verdict(longFiles, { "src/errors.ts": text }), []);
  assertEquals(verdict(longFiles, { "src/errors.ts": `${text}x;\n` }), [
    "src/errors.ts: 251 lines",
  ]);
});

Deno.test("shipped code has no using, which Node 22 cannot parse", () => {
  assertEquals(usings(sources), []);
});

Deno.test("a using is found, a const is none", () => {
  for (const text of ["using a = b();", "await using a = b();"]) {
    assertEquals(verdict(usings, { "src/errors.ts": text }).length, 1, text);
  }
  assertEquals(verdict(usings, { "src/errors.ts": "const a = b();" }), []);
});
