/**
 * Volumes whose folder is full or read-only, on a real file system: one in memory, which only the
 * process sees that makes it.
 *
 * @module
 */
import { assertEquals, assertMatch } from "@std/assert";
import { type Ended, run } from "../kit/command.ts";
import type { RuntimeName } from "../kit/installed.ts";
import { ONE_ASSET } from "../kit/context.ts";
import { pipesEnv } from "../kit/params.ts";
import { TempFolder } from "../kit/temp_folder.ts";
import { scriptCommand } from "../stores/real_stores.ts";

async function runIn(
  runtime: RuntimeName,
  mountOptions: string,
  args: readonly string[] = [],
): Promise<Ended> {
  using folder = new TempFolder();
  const place = `${folder.path}/volume`;
  Deno.mkdirSync(place);
  const mount = `mount -t tmpfs -o ${mountOptions} none "$0" && exec "$@"`;
  const command = [
    ...["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount, place],
    ...scriptCommand(runtime, [place, ...args], "stores/folder.ts"),
  ];
  return await run(command, { env: pipesEnv({ data: ONE_ASSET }, { path: place }) });
}

/** The texts of the messages in chunks, and the names of what stands there. */
function read({ stdout }: Ended): { names: string[]; methods: string[]; numbers: number[] } {
  const chunks: [string, string][] = JSON.parse(stdout);
  const messages = chunks.flatMap(([, text]) => text.split("\n").map((line) => JSON.parse(line)));
  return {
    names: chunks.map(([name]) => name),
    methods: [...new Set(messages.map(({ method }) => method))],
    numbers: messages.filter(({ method }) => method === "log")
      .map(({ params }) => Number(/\d+/.exec(params.message))),
  };
}

for (const runtime of ["deno", "bun", "node26"] as const) {
  Deno.test(`${runtime}: a volume that is full for a while loses nothing`, async () => {
    const ended = await runIn(runtime, "size=256k", ["2"]);
    assertEquals([ended.code, ended.signal], [0, null], ended.stderr);
    assertEquals(read(ended), {
      names: ["1.json", "2.json"],
      methods: ["opened", "log", "closed"],
      numbers: [...Array(20).keys()],
    });
    assertMatch(ended.stderr, /dagster-pipes: cannot write .+2\.json, trying again .+ENOSPC/);
  });

  Deno.test(`${runtime}: a volume that stays full fails the script, which counts what is lost, and leaves no half of a file`, async () => {
    const ended = await runIn(runtime, "size=256k");
    assertEquals(ended.code, 1, ended.stderr);
    assertMatch(ended.stderr, /21 messages are undelivered\. .+ENOSPC.+Free space/s);
    assertEquals(read(ended), { names: ["1.json"], methods: ["opened"], numbers: [] });
  });

  Deno.test(`${runtime}: a volume that is read-only fails the opening at once`, async () => {
    const ended = await runIn(runtime, "ro");
    assertEquals(ended.code, 1, ended.stderr);
    assertMatch(ended.stderr, /Cannot write .+1\.json.+EROFS.+read-only/s);
    assertEquals(ended.stdout, "[]\n");
  });
}
