import { assert } from "@std/assert";
import { REPO_ROOT } from "../kit/places.ts";

Deno.test("10,000 generated reports are each refused or held by Dagster as they were given", async () => {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", `${REPO_ROOT}/tests/fuzz/fuzz.ts`],
    cwd: REPO_ROOT,
    stdin: "null",
  }).spawn().status;
  assert(success, "the generator found a report that is neither");
});
