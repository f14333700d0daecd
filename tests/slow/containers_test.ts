/**
 * A session and the launcher in a container as strict platforms make it: the file system is
 * read-only, there is no `/tmp` and no HOME, and the user has no rights. Bun also runs in one that
 * holds nothing but musl, as an image of Alpine. Needs root, or `sudo`.
 *
 * @module
 */
import { assertEquals, assertMatch } from "@std/assert";
import { basename, dirname } from "node:path";
import { type Ended, run, runWell } from "../kit/command.ts";
import { ONE_ASSET } from "../kit/context.ts";
import { ALL_RUNTIMES, runtimeCommand, type RuntimeName } from "../kit/installed.ts";
import { closedException, type Message, messagesOf, methodsOf } from "../kit/messages.ts";
import { pipesEnv } from "../kit/params.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { TempFolder } from "../kit/temp_folder.ts";
import { buildAndLink, installRuntime } from "../tools/install.ts";
import { MUSL_BUN, MUSL_SYSTEM, prepareMusl } from "./containers/musl.ts";

/** Makes the root of a container, of which only `/data` is writable, and runs a command in it. */
const CONTAINER = `set -e
mount --make-rprivate /
mount -t tmpfs tmpfs /mnt
cd /mnt
mkdir data deno dev package proc runtime usr
ln -s usr/bin usr/lib usr/lib64 .
mount --bind "$DATA" data
mount -o bind,ro "$DENO" deno
mount -o bind,ro "$PACKAGE" package
mount -o bind,ro "$RUNTIME" runtime
mount -o bind,ro "$SYSTEM" usr
mount --rbind /dev dev
mount --rbind /proc proc
mount -o remount,ro /mnt
exec env -u HOME DENO_DIR=/deno chroot --userspec=65534:65534 --groups= /mnt "$@"`;

/** A container for a runtime. */
interface Container {
  /** The command that starts a script in it. */
  readonly command: readonly string[];
  /** The script of the command line. */
  readonly cli: string;
  /** The folders of this machine that it has as `/runtime` and `/usr`. */
  readonly runtimeFolder: string;
  readonly systemFolder: string;
}

/** How a command ended, and what it reported. */
interface Contained extends Ended {
  readonly messages: Message[];
}

/** The containers by their names. */
const CONTAINERS: Readonly<Record<string, () => Promise<Container>>> = {
  ...Object.fromEntries(
    ALL_RUNTIMES.map((runtime) => [runtime, () => installedContainer(runtime)]),
  ),
  "bun on musl": async () => {
    await prepareMusl();
    await buildAndLink();
    return containerOf("bun", [MUSL_BUN, "run"], MUSL_SYSTEM);
  },
};

async function installedContainer(runtime: RuntimeName): Promise<Container> {
  await installRuntime(runtime);
  await buildAndLink();
  return containerOf(runtime, runtimeCommand(runtime), "/usr");
}

function containerOf(
  runtime: RuntimeName,
  [binary = "", ...flags]: readonly string[],
  systemFolder: string,
): Container {
  // The path of an npm package may be a link.
  const path = Deno.realPathSync(binary);
  const [runtimeFolder, name] = [dirname(path), basename(path)];
  const cli = runtime === "deno" ? "src/cli/main.ts" : "dist/npm/src/cli/main.js";
  const command = [`/runtime/${name}`, ...flags];
  return { command, cli: `/package/${cli}`, runtimeFolder, systemFolder };
}

/** Runs a script in a container, with a session of Dagster's. */
async function contain(
  { command, runtimeFolder, systemFolder }: Container,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<Contained> {
  using folder = new TempFolder();
  folder.write("context", ONE_ASSET);
  Deno.chmodSync(folder.path, 0o777);
  const root = Deno.uid() === 0 ? [] : ["sudo", "--non-interactive", "--preserve-env"];
  const ended = await run(
    [...root, "unshare", "--mount", "sh", "-c", CONTAINER, "sh", ...command, ...args],
    {
      env: {
        ...pipesEnv({ path: "/data/context" }, { path: "/data/messages" }),
        DATA: folder.path,
        DENO: JSON.parse(await runWell([Deno.execPath(), "info", "--json"])).denoDir,
        PACKAGE: REPO_ROOT,
        RUNTIME: runtimeFolder,
        SYSTEM: systemFolder,
        NODE_NO_WARNINGS: "1",
        NO_COLOR: "1",
        ...more,
      },
    },
  );
  return { ...ended, messages: messagesOf(folder.read("messages")) };
}

const PROGRAM = "/package/tests/programs/ending.ts";

for (const [name, prepare] of Object.entries(CONTAINERS)) {
  Deno.test(`${name}: a session in a strict container needs no more than its two files`, async () => {
    const { code, messages, stderr } = await contain(await prepare(), [PROGRAM, "returns"]);
    assertEquals(code, 0, stderr);
    assertEquals(methodsOf(messages), ["opened", "log", "closed"]);
  });

  Deno.test(`${name}: the launcher in a strict container names the folder that it misses, and works with one`, async () => {
    const container = await prepare();
    const args = [container.cli, "supervise", "--", ...container.command, PROGRAM, "returns"];
    const refused = await contain(container, args, { TMPDIR: "" });
    assertEquals(refused.code, 1, refused.stderr);
    assertMatch(
      closedException(refused.messages).message,
      /Cannot make a folder in "\/tmp" .+set TMPDIR .+ENOENT/,
    );
    const taken = await contain(container, args, { TMPDIR: "/data" });
    assertEquals(taken.code, 0, taken.stderr);
    assertEquals(methodsOf(taken.messages), ["opened", "log", "closed"]);
  });
}

Deno.test("the container of musl holds no other library", async () => {
  await prepareMusl();
  const names = [...Deno.readDirSync(`${MUSL_SYSTEM}/lib`)].map(({ name }) => name);
  assertEquals(names.length, 4, String(names));
  assertEquals([...Deno.readDirSync(MUSL_SYSTEM)].map(({ name }) => name), ["lib"]);
  assertEquals(names.filter((name) => /^ld-(?!musl)|^libc\.so/.test(name)), []);
});
