import { assertEquals, assertMatch } from "@std/assert";
import { ONE_ASSET } from "../kit/context.ts";
import { launch, type Outcome } from "../kit/launch.ts";
import { launcherCommand } from "../kit/launcher.ts";
import { closedException, logsOf, sessionOf } from "../kit/messages.ts";
import { encodeParams } from "../kit/params.ts";
import { PROGRAMS_DIR } from "../kit/places.ts";
import { TempFolder } from "../kit/temp_folder.ts";

const MODULE = `${PROGRAMS_DIR}/channels/network.ts`;

for (const runtime of ["deno", "bun", "node26"] as const) {
  /** Runs the script, which has its own params in a variable and Dagster's ones nowhere. */
  const runs = async (
    under: readonly string[],
    ...args: string[]
  ): Promise<Outcome & { readonly sent: string }> => {
    using folder = new TempFolder();
    folder.write("sent", "");
    const messages = { to: `${folder.path}/sent` };
    const context = { path: `${folder.path}/context` };
    const outcome = await launch(runtime, "own_channel.ts", {
      folder,
      under,
      args,
      contextVariable: null,
      messagesVariable: null,
      context: ONE_ASSET,
      env: { MY_PARAMS: JSON.stringify({ context, messages }) },
    });
    return { ...outcome, sent: folder.read("sent") };
  };

  Deno.test(`${runtime}: a script with a channel of its own runs unchanged under the launcher with that channel`, async () => {
    const under = launcherCommand(runtime, "--transport", MODULE);
    const [alone, supervised] = await Promise.all([runs([]), runs(under)]);
    assertEquals([alone.code, supervised.code], [0, 0], alone.stderr + supervised.stderr);
    assertEquals(sessionOf(supervised.sent), sessionOf(alone.sent));
    assertEquals(logsOf(sessionOf(supervised.sent)), [`working for ${ONE_ASSET.run_id}`]);
  });

  Deno.test(`${runtime}: what kills a script is told through a channel of the user's own`, async () => {
    const under = launcherCommand(runtime, "--transport", MODULE);
    const { signal, sent } = await runs(under, "is killed");
    assertEquals(signal, "SIGKILL");
    const messages = sessionOf(sent);
    assertEquals(logsOf(messages), [`working for ${ONE_ASSET.run_id}`]);
    assertMatch(closedException(messages).message, /ended with signal SIGKILL/);
  });
}

for (const runtime of ["deno", "bun", "node26"] as const) {
  Deno.test(`${runtime}: a script that names a context loader alone runs unchanged where the launcher has loaded the context`, async () => {
    const module = `${PROGRAMS_DIR}/channels/bucket_context.ts`;
    for (const under of [[], launcherCommand(runtime, "--transport", module)]) {
      const outcome = await launch(runtime, "own_context_loader.ts", {
        under,
        contextVariable: await encodeParams({ bucket: "pipes" }),
      });
      assertEquals(outcome.code, 0, outcome.stderr);
      assertEquals(logsOf(sessionOf(outcome.raw)), ["from pipes"]);
    }
  });
}
