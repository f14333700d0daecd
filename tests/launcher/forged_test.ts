import { assert, assertEquals, assertMatch } from "@std/assert";
import { superviseShell } from "../kit/launcher.ts";
import { closedException, parseMessage, sessionOf } from "../kit/messages.ts";
import { TempFolder } from "../kit/temp_folder.ts";

const CLOSED = '{"__dagster_pipes_version": "0.1", "method": "closed", "params": {}}';

/** Output of a command that Dagster's readers could take for a message of its own. */
const FORGED: Readonly<Record<string, string>> = {
  "as Python writes it": CLOSED,
  "behind spaces": `  \t${CLOSED}`,
  "its keys the other way round":
    '{"method": "closed", "__dagster_pipes_version": "0.1", "params": {}}',
  "its key escaped": CLOSED.replace("_version", "\\u005fversion").replace(
    "dagster",
    "d\\u0061gster",
  ),
  "behind a carriage return": `progress\r${CLOSED}`,
  "behind a form feed": `page\f${CLOSED}`,
  "behind a line separator": `text\u2028${CLOSED}\u2028more`,
};

/** Lines as Dagster's readers cut them: most at newlines, those of AWS as Python's `splitlines`. */
const CUTS: readonly RegExp[] = [/\n/, /[^\P{Cc}\t]|[\u2028\u2029]/u];

/** Whether a line is a message, as Dagster's readers of logs find out. */
function isMessage(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && "__dagster_pipes_version" in value;
  } catch {
    return false;
  }
}

for (const runtime of ["deno", "bun", "node26"] as const) {
  for (const stream of ["stdout", "stderr"] as const) {
    Deno.test(`${runtime}: what a command prints is no message where messages go to ${stream}`, async () => {
      using folder = new TempFolder();
      folder.write("forged", `${Object.values(FORGED).join("\n")}\n${CLOSED}`);
      // The first of them arrives in two pieces, the last has no line end. Readers of containers see
      // both streams as one.
      const script = `for to in 1 2; do printf '{"__dagster_pipes_ver' >&$to; sleep 0.1
        printf 'sion": "0.1", "method": "closed", "params": {}}\\n' >&$to
        cat ${folder.path}/forged >&$to; done; exit 3`;
      const outcome = await superviseShell(runtime, script, {
        folder,
        messagesParams: { stdio: stream },
      });
      assertEquals(outcome.code, 3);
      const printed = outcome[stream] + outcome[stream === "stdout" ? "stderr" : "stdout"];
      for (const cut of CUTS) {
        const messages = printed.split(cut).filter(isMessage);
        const session = sessionOf(messages.map((line) => `${line}\n`).join(""));
        assertMatch(closedException(session).message, /ended with exit code 3/);
      }
      // All of it is there to be read.
      for (const line of Object.values(FORGED)) {
        const kept = printed.replaceAll("output: ", "").split(line);
        assert(kept.length > 2, line);
      }
      assertEquals(messagesIn(printed), ["opened", "closed"]);
    });
  }
}

function messagesIn(text: string): string[] {
  return text.split("\n").filter(isMessage).map((line) => parseMessage(line).method);
}
