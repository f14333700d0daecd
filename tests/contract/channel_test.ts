import { assertEquals } from "@std/assert";
import { RUNTIMES } from "../kit/installed.ts";
import { launch, type Outcome } from "../kit/launch.ts";
import { TempFolder } from "../kit/temp_folder.ts";

/** Where a channel of the built-in writer may lead, and when what it wrote is there. */
interface Channel {
  readonly name: string;
  readonly params: (folder: TempFolder) => Record<string, string>;
  readonly written: (outcome: Outcome, folder: TempFolder) => string;
  /** Whether a message is with the system when `writeMessage` returns. */
  readonly isImmediate: boolean;
}

const CHANNELS: readonly Channel[] = [
  {
    name: "a file",
    params: (folder) => ({ path: `${folder.path}/lines` }),
    written: (_, folder) => folder.read("lines"),
    isImmediate: true,
  },
  ...(["stdout", "stderr"] as const).flatMap((stream) => [
    {
      name: stream,
      params: () => ({ stdio: stream }),
      written: (outcome: Outcome) => outcome[stream],
      isImmediate: true,
    },
    {
      name: `buffered ${stream}`,
      params: () => ({ "buffered_stdio": stream }),
      written: (outcome: Outcome) => outcome[stream],
      isImmediate: false,
    },
  ]),
];

const LINES = [
  '{"plain":1}',
  '{"text":"\u00e9\u{1F600}\u2028"}',
  `{"long":"${"x".repeat(50_000)}"}`,
  '{"last":true}',
];

/**
 * The lines as Dagster reads them: spaces behind them, and lines without meaning between, are its
 * file's layout.
 */
function linesOf(text: string): string[] {
  return text.split("\n").map((line) => line.trimEnd()).filter((line) =>
    !line.includes("log_external_stream")
  );
}

for (const runtime of RUNTIMES) {
  for (const { name, params, written, isImmediate } of CHANNELS) {
    Deno.test(`${runtime}: the channel to ${name} keeps every promise of its port`, async () => {
      for (const end of ["closed", "killed"]) {
        using folder = new TempFolder();
        const outcome = await launch(
          runtime,
          "../contract/channel_program.ts",
          { args: [JSON.stringify(params(folder)), end] },
        );
        assertEquals(
          outcome.signal,
          end === "killed" ? "SIGKILL" : null,
          outcome.stderr.slice(-500),
        );
        const expected = end === "killed" && !isImmediate ? [] : LINES;
        assertEquals(linesOf(written(outcome, folder)), [...expected, ""], end);
      }
    });
  }
}
