import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { encodeBase64 } from "@std/encoding/base64";
import { runWell } from "../kit/command.ts";
import { BAD_CONTEXTS, BAD_PARAMS, type BadInput } from "./bad_input.ts";
import { type RuntimeName, RUNTIMES } from "../kit/installed.ts";
import { launch, type Outcome } from "../kit/launch.ts";
import { closedException, messagesOf, methodsOf } from "../kit/messages.ts";
import { encodeParams } from "../kit/params.ts";
import { TempFolder } from "../kit/temp_folder.ts";

/** As many processes at once as the machines of the gate have cores. */
const AT_ONCE = 2;

/** Does the work for each item, and fails with all that failed. */
async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const failures: string[] = [];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      await work(item).catch((error: Error) => failures.push(error.message));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  assertEquals(failures, []);
}

/** The text of the error that ended a process. */
function errorOf(outcome: Outcome, name: string): string {
  assert(outcome.code !== 0, `${name}: exit code 0`);
  assertEquals(outcome.signal, null, name);
  const [, message] = outcome.stderr.match(/DagsterPipesError: (.*)/) ?? [];
  assert(message !== undefined, `${name}: no DagsterPipesError in ${outcome.stderr}`);
  return message;
}

function assertTells(outcome: Outcome, { name, tells }: BadInput): string {
  const message = errorOf(outcome, name);
  for (const pattern of tells) assertMatch(message, pattern, name);
  return message;
}

/**
 * What the messages hold, where they could be opened: the failure, so that Dagster is told as well.
 */
function assertTold(outcome: Outcome, message: string, name: string): void {
  const messages = messagesOf(outcome.raw);
  assertEquals(methodsOf(messages), ["opened", "closed"], name);
  assert(closedException(messages).message.includes(message), name);
}

/** A file that no user may write to, root included. */
function unwritable(folder: TempFolder): string {
  // A file of the kernel's, on Linux; elsewhere the tests do not run as root, and an ordinary one
  // will do.
  if (Deno.build.os === "linux") return "/sys/kernel/uevent_seqnum";
  folder.write("unwritable", "");
  const path = `${folder.path}/unwritable`;
  Deno.chmodSync(path, 0o444);
  return path;
}

for (const runtime of RUNTIMES) {
  const fails = async (input: BadInput): Promise<void> => {
    const outcome = await launch(runtime, "minimal.ts", input.options);
    const message = assertTells(outcome, input);
    if (input.options.context !== undefined) {
      assertStringIncludes(message, outcome.contextPath, input.name);
    }
    const isMessages = input.options.messagesVariable !== undefined ||
      input.options.messagesParams !== undefined;
    if (!isMessages) assertTold(outcome, message, input.name);
  };

  Deno.test(`${runtime}: a damaged parameter fails the process, named, with what to do`, async () => {
    await each(BAD_PARAMS, fails);
  });

  Deno.test(`${runtime}: a damaged context fails the process, with the path and type of each wrong field`, async () => {
    await each(BAD_CONTEXTS, fails);
  });

  Deno.test(`${runtime}: a context file that cannot be read fails the process, named, with what to do`, async () => {
    using folder = new TempFolder();
    folder.write("latin", new Uint8Array([0x7b, 0xe9, 0x7d]));
    const missing = `${folder.path}/missing`;
    const paths: [path: string, tells: RegExp][] = [
      [missing, /Check that its folder exists/],
      [folder.path, /directory/],
      [`${folder.path}/latin`, /UTF-8/],
      [`${folder.path}/latin/below`, /not a directory/i],
    ];
    await each(paths, async ([path, tells]) => {
      const outcome = await launch(runtime, "minimal.ts", {
        contextVariable: encodeParams({ path }),
      });
      const message = assertTells(outcome, {
        name: path,
        options: {},
        tells: [new RegExp(path), tells],
      });
      assertTold(outcome, message, path);
    });
  });

  Deno.test(`${runtime}: a named pipe in place of a context or a messages file is refused, and not waited for`, async () => {
    using folder = new TempFolder();
    const path = `${folder.path}/pipe`;
    await runWell(["mkfifo", path]);
    const context = await launch(runtime, "minimal.ts", {
      contextVariable: await encodeParams({ path }),
    });
    assertEquals(context.code, 1);
    assertStringIncludes(context.stderr, `file "${path}": it is a named pipe, not a file`);
    assertStringIncludes(context.raw, "it is a named pipe, not a file");
    const messages = await launch(runtime, "minimal.ts", { messagesParams: { path } });
    assertEquals(messages.code, 1);
    assertStringIncludes(messages.stderr, `file "${path}": it is not a file, but a named pipe`);
  });

  Deno.test(`${runtime}: a messages file that cannot be written fails the process, named, with what to do`, async () => {
    using folder = new TempFolder();
    const paths: [path: string, tells: RegExp][] = [
      [folder.path, /directory/],
      [`${folder.path}/no/such/folder`, /Check that its folder exists/],
      [unwritable(folder), /Check that the user .* may use it|read-only/],
    ];
    // A device that is always full is there on Linux only.
    if (Deno.build.os === "linux") paths.push(["/dev/full", /Free space/]);
    await each(paths, async ([path, tells]) => {
      const outcome = await launch(runtime, "minimal.ts", { messagesParams: { path } });
      assertTells(outcome, { name: path, options: {}, tells: [new RegExp(path), tells] });
      assertEquals(outcome.raw, "");
    });
  });
}

for (const runtime of ["deno", "bun", "node26"] satisfies RuntimeName[]) {
  Deno.test(`${runtime}: a parameter that unpacks to more than any of Dagster's is given up early`, async () => {
    const zeros = new Uint8Array(300 * 1024 * 1024);
    const bomb = encodeBase64(
      new Uint8Array(
        await new Response(new Blob([zeros]).stream().pipeThrough(new CompressionStream("deflate")))
          .arrayBuffer(),
      ),
    );
    using folder = new TempFolder();
    // A variable of so many bytes would be too long for the system; Dagster's may come as arguments.
    Deno.writeTextFileSync(`${folder.path}/bomb`, bomb);
    const outcome = await launch(runtime, "params_from_file.ts", { args: [`${folder.path}/bomb`] });
    assertEquals(outcome.code, 1);
    assertStringIncludes(outcome.stderr, "unpacks to more than 268435456 bytes");
    assert(outcome.stderr.length < 4000, outcome.stderr);
  });
}
