import { assertEquals, assertThrows } from "@std/assert";
import { DagsterPipesError } from "../../src/errors.ts";
import { currentRuntime } from "../../src/runtime/current.ts";

/** Runs with a permission denied; a test of the package has them all. */
function flagFor(path: string): string {
  const { readFileSync } = Deno;
  Deno.readFileSync = () => {
    throw new Deno.errors.NotCapable("Requires read access");
  };
  try {
    const error = assertThrows(() => currentRuntime().readFile(path), DagsterPipesError);
    assertEquals(error.code, "permission_denied");
    return /add (\S+) to the command/.exec(error.message)?.[1] ?? error.message;
  } finally {
    Deno.readFileSync = readFileSync;
  }
}

Deno.test("this is Deno, though it has a process global too", () => {
  assertEquals(currentRuntime().name, "deno");
});

Deno.test("the flag to add names a folder that the next run has as well", () => {
  assertEquals(flagFor("/data/in/context.json"), "--allow-read=/data/in");
  assertEquals(flagFor("/tmp/tmpa1b2_c3d/context"), "--allow-read=/tmp");
  assertEquals(flagFor("/tmp/tmpa1b2_c3d/in/context"), "--allow-read=/tmp/tmpa1b2_c3d/in");
  assertEquals(flagFor("/context"), "--allow-read=/");
  assertEquals(flagFor("context"), "--allow-read=.");
});
