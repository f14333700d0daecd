import { assert, assertEquals } from "@std/assert";
import { runWell } from "../kit/command.ts";
import { ONE_ASSET } from "../kit/context.ts";
import { runtimeCommand, type RuntimeName } from "../kit/installed.ts";
import { pipesEnv } from "../kit/params.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { TempFolder } from "../kit/temp_folder.ts";

const RUNTIMES: RuntimeName[] = ["deno", "bun", "node26"];
const CALLS = "write,writev,pwrite64,openat,close,fsync,fdatasync,lseek,fstat,statx,newfstatat";

/** The system calls of a process that logs so many messages. */
async function traced(runtime: RuntimeName, count: number): Promise<string[]> {
  using folder = new TempFolder();
  const strace = ["strace", "-f", "-s", "40", "-e", `trace=${CALLS}`, "-o", `${folder.path}/log`];
  const program = [`${REPO_ROOT}/tests/bench/programs/messages.mjs`, String(count)];
  const env = pipesEnv({ data: ONE_ASSET }, { path: `${folder.path}/messages` });
  await runWell([...strace, ...runtimeCommand(runtime), ...program], { env }).catch((cause) => {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new Error("Cannot run strace: install it (Debian: apt-get install strace)", { cause });
  });
  return folder.read("log").split("\n");
}

for (const runtime of RUNTIMES) {
  Deno.test(`${runtime}: a message is one write, and hardly anything else`, async () => {
    const few = await traced(runtime, 100);
    const many = await traced(runtime, 2100);
    const isMessage = (call: string): boolean =>
      / write\(\d+, "\{\\"__dagster_pipes_version\\"/.test(call);
    assertEquals(many.filter(isMessage).length - few.filter(isMessage).length, 2000);
    // Where a page begins, the size of the file is asked for. The rest are the runtime's own
    // threads.
    const others = (many.length - few.length - 2000) / 2000;
    assert(others < 0.15, `${others} other calls a message`);
  });
}
