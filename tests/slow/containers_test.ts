/**
 * A session and the launcher in a container as strict platforms make it: the file system is
 * read-only, `/tmp` too, the user has no rights, and there is no HOME. Needs root, or `sudo`.
 *
 * @module
 */
import { assertEquals, assertMatch } from "@std/assert";
import { type Ended, run } from "../kit/command.ts";
import { ONE_ASSET } from "../kit/context.ts";
import { ALL_RUNTIMES, runtimeCommand, type RuntimeName } from "../kit/installed.ts";
import { closedException, type Message, messagesOf, methodsOf } from "../kit/messages.ts";
import { pipesEnv } from "../kit/params.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { TempFolder } from "../kit/temp_folder.ts";
import { buildAndLink, installRuntime } from "../tools/install.ts";

/** Makes the container around a command. `/mnt` holds what it may see, and `/mnt/data` is writable. */
const CONTAINER = `set -e
mount --make-rprivate /
mount -t tmpfs tmpfs /mnt
mkdir /mnt/data /mnt/runtime /mnt/package /mnt/deno
mount --bind "$DATA" /mnt/data
mount --bind "$RUNTIME" /mnt/runtime
mount --bind "$PACKAGE" /mnt/package
mount --bind "$DENO" /mnt/deno
mount -t tmpfs -o ro tmpfs /tmp
mount -o remount,bind,ro /
cd /
exec setpriv --reuid=65534 --regid=65534 --clear-groups env -u HOME DENO_DIR=/mnt/deno "$@"`;

/** How a command ended, and what it reported. */
interface Contained extends Ended {
  readonly messages: Message[];
}

/** Runs a program of the package in a container, with a session of Dagster's. */
async function contain(
  runtime: RuntimeName,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<Contained> {
  using folder = new TempFolder();
  folder.write("context", ONE_ASSET);
  Deno.chmodSync(folder.path, 0o777);
  const [binary = "", ...flags] = runtimeCommand(runtime);
  const path = Deno.realPathSync(binary);
  const name = path.slice(path.lastIndexOf("/") + 1);
  const inside = [`/mnt/runtime/${name}`, ...flags, ...args].map((word) =>
    word.replace(REPO_ROOT, "/mnt/package")
  );
  const { denoDir } = JSON.parse(await denoInfo());
  const root = Deno.uid() === 0 ? [] : ["sudo", "--non-interactive", "--preserve-env"];
  const ended = await run(
    [...root, "unshare", "--mount", "sh", "-c", CONTAINER, "sh", ...inside],
    {
      env: {
        ...pipesEnv({ path: "/mnt/data/context" }, { path: "/mnt/data/messages" }),
        DATA: folder.path,
        RUNTIME: path.slice(0, path.lastIndexOf("/")),
        PACKAGE: REPO_ROOT,
        DENO: denoDir,
        NODE_NO_WARNINGS: "1",
        NO_COLOR: "1",
        ...more,
      },
    },
  );
  return { ...ended, messages: messagesOf(folder.read("messages")) };
}

async function denoInfo(): Promise<string> {
  const { stdout } = await run([Deno.execPath(), "info", "--json"]);
  return stdout;
}

for (const runtime of ALL_RUNTIMES) {
  const program = [`${REPO_ROOT}/tests/programs/ending.ts`, "returns"];
  const cli = `${REPO_ROOT}/${runtime === "deno" ? "src/cli/main.ts" : "dist/npm/src/cli/main.js"}`;

  Deno.test(`${runtime}: a session needs no more than its two files`, async () => {
    await installRuntime(runtime);
    await buildAndLink();
    const { code, messages, stderr } = await contain(runtime, program);
    assertEquals(code, 0, stderr);
    assertEquals(methodsOf(messages), ["opened", "log", "closed"]);
  });

  Deno.test(`${runtime}: the launcher needs a temporary folder, and names it if it cannot be written`, async () => {
    await installRuntime(runtime);
    await buildAndLink();
    const command = [cli, "supervise", "--", "sh", "-c", "exit 0"];
    const refused = await contain(runtime, command);
    assertEquals(refused.code, 1, refused.stderr);
    assertMatch(
      closedException(refused.messages).message,
      /Cannot make a folder in "\/tmp" for the messages of the command/,
    );
    const taken = await contain(runtime, command, { TMPDIR: "/mnt/data" });
    assertEquals(taken.code, 0, taken.stderr);
    assertEquals(methodsOf(taken.messages), ["opened", "closed"]);
  });
}
