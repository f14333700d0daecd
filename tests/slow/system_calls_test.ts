import { assert, assertEquals } from "@std/assert";
import { contextText, dagsterEnv } from "../bench/session.ts";
import { runtimeCommand, type RuntimeName } from "../kit/installed.ts";
import { REPO_ROOT } from "../kit/places.ts";

const RUNTIMES: RuntimeName[] = ["deno", "bun", "node26"];
const CALLS = "write,writev,pwrite64,openat,close,fsync,fdatasync,lseek,fstat,statx,newfstatat";

/** The system calls of a process that logs so many messages. */
async function traced(runtime: RuntimeName, count: number): Promise<string[]> {
  const folder = await Deno.makeTempDir();
  try {
    const context = `${folder}/context`;
    await Deno.writeTextFile(context, contextText());
    const log = `${folder}/strace`;
    const output = await new Deno.Command("strace", {
      args: [
        "-f",
        "-s",
        "40",
        "-e",
        `trace=${CALLS}`,
        "-o",
        log,
        ...runtimeCommand(runtime),
        `${REPO_ROOT}/tests/bench/programs/messages.mjs`,
        String(count),
      ],
      env: await dagsterEnv(context, `${folder}/messages`),
    }).output().catch((cause) => {
      throw new Error("Cannot run strace: install it (Debian: apt-get install strace)", { cause });
    });
    assert(output.success, new TextDecoder().decode(output.stderr));
    return (await Deno.readTextFile(log)).split("\n");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
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
