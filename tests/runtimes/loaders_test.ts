import { assert, assertEquals, assertMatch } from "@std/assert";
import { ONE_ASSET } from "../kit/context.ts";
import { RUNTIMES } from "../kit/installed.ts";
import { launch, type LaunchOptions, launchWell } from "../kit/launch.ts";
import {
  assertOneSession,
  logsOf,
  type Message,
  messagesAmong,
  messagesOf,
  methodsOf,
} from "../kit/messages.ts";
import { encodeParams, encodeText } from "../kit/params.ts";
import { TempFolder } from "../kit/temp_folder.ts";

const METHODS = ["opened", "log", "report_custom_message", "closed"];
const OUT = ["printed on stdout", "printed later"];
const ERR = ["printed on stderr", "printed later"];

function assertWork(messages: readonly Message[], extras: unknown = {}): void {
  assertEquals(methodsOf(messages), METHODS);
  assertEquals(logsOf(messages), [`hello ${ONE_ASSET.run_id}`]);
  assertEquals(messages[2]?.params, { payload: { extras } });
}

/** The lines that are not messages. */
function othersOf(text: string): string[] {
  return text.split("\n").filter((line) =>
    line !== "" && !line.startsWith('{"__dagster_pipes_version"')
  );
}

/**
 * Both parameters as the driver would give them by environment variables, which are then left out.
 */
function byHand(
  folder: TempFolder,
): { context: string; messages: string; options: LaunchOptions } {
  return {
    context: encodeParams({ path: `${folder.path}/context` }),
    messages: encodeParams({ path: `${folder.path}/messages` }),
    options: { folder, contextVariable: null, messagesVariable: null },
  };
}

for (const runtime of RUNTIMES) {
  Deno.test(`${runtime}: the built-in loaders and writer, given by hand, are the defaults`, async () => {
    for (const name of ["", "env"]) {
      const outcome = await launchWell(runtime, "loaders.ts", { args: [name] });
      assertWork(messagesOf(outcome.raw));
      assertEquals([othersOf(outcome.stdout), othersOf(outcome.stderr)], [OUT, ERR]);
    }
  });

  Deno.test(`${runtime}: the context may stand in its variable, with what Python's JSON has besides`, async () => {
    const context = JSON.stringify({ ...ONE_ASSET, extras: "EXTRAS" })
      .replace('"EXTRAS"', '{"big": 1180591620717411303424}');
    const outcome = await launchWell(runtime, "loaders.ts", {
      contextVariable: encodeText(`{"data": ${context}}`),
    });
    assertWork(messagesOf(outcome.raw), { big: "#1180591620717411303424" });
  });

  Deno.test(`${runtime}: both parameters may come as arguments, in both spellings and any place`, async () => {
    for (const spelling of ["apart", "joined"]) {
      using folder = new TempFolder();
      const { context, messages, options } = byHand(folder);
      const args = spelling === "apart"
        ? [
          "--dagster-pipes-context",
          context,
          "--verbose",
          "--dagster-pipes-messages",
          messages,
          "rest",
        ]
        : [`--dagster-pipes-messages=${messages}`, "rest", `--dagster-pipes-context=${context}`];
      const outcome = await launchWell(runtime, "loaders.ts", {
        ...options,
        args: ["cli", ...args],
      });
      assertWork(messagesOf(outcome.raw));
    }
  });

  Deno.test(`${runtime}: both parameters may be keys of an event, next to the user's own`, async () => {
    using folder = new TempFolder();
    const { context, messages, options } = byHand(folder);
    const event = {
      user: { deep: [1] },
      "DAGSTER_PIPES_CONTEXT": context,
      "DAGSTER_PIPES_MESSAGES": messages,
    };
    folder.write("event.json", event);
    const outcome = await launchWell(runtime, "loaders.ts", {
      ...options,
      args: ["mapping", `${folder.path}/event.json`],
    });
    assertWork(messagesOf(outcome.raw));
  });

  for (const stream of ["stdout", "stderr"] as const) {
    Deno.test(`${runtime}: messages on ${stream} are whole lines among what the script prints`, async () => {
      const outcome = await launchWell(runtime, "loaders.ts", {
        messagesParams: { stdio: stream },
      });
      assertWork(messagesAmong(outcome[stream]));
      assertEquals([othersOf(outcome.stdout), othersOf(outcome.stderr)], [OUT, ERR]);
      assertEquals(outcome.raw, "");
    });

    Deno.test(`${runtime}: messages buffered for ${stream} all come after what the script prints`, async () => {
      const outcome = await launchWell(runtime, "loaders.ts", {
        messagesParams: { "buffered_stdio": stream },
      });
      const lines = outcome[stream].trimEnd().split("\n");
      assertEquals(lines.slice(0, 2), stream === "stdout" ? OUT : ERR);
      assertWork(messagesAmong(lines.slice(2).join("\n")));
    });
  }

  Deno.test(`${runtime}: loaders and writers of the user's own may be slow, and are called in order`, async () => {
    const outcome = await launchWell(runtime, "loaders.ts", { args: ["own"] });
    const calls = JSON.parse(outcome.stdout) as string[];
    const lines = calls.filter((call) => call.startsWith("{"));
    assertEquals(lines.length, calls.filter((call) => !call.startsWith("{")).length - 2);
    const messages = lines.map((line) => messagesOf(`${line}\n`)[0]).filter((
      message,
    ) => message !== undefined);
    assertOneSession(messages);
    assertEquals(messages[0]?.params, { extras: { url: "https://logs.example/1" } });
    assertEquals(logsOf(messages), ["run own NaN"]);
    assertEquals(calls.at(-1), "channel closed");
    for (const call of ["context params", 'context from {"where":"here"}', 'open {"to":"there"}']) {
      assert(calls.includes(call), `${call} is missing: ${calls.join(", ")}`);
    }
  });

  Deno.test(`${runtime}: a writer that fails is told, and leaves the next session alone`, async () => {
    const outcome = await launch(runtime, "loaders.ts", { args: ["broken"] });
    assertEquals(outcome.code, 1);
    const found = JSON.parse(outcome.stdout) as Record<
      string,
      { message: string } | null
    >;
    for (const place of ["open", "write", "close", "extras"]) {
      assertMatch(JSON.stringify(found[place]), /the cable is cut/, place);
    }
    assertEquals(found["fine again"], null);
  });
}
