import { assertEquals } from "@std/assert";
import { readReceivedLine } from "../../src/local/received/received_line.ts";
import { Judge } from "../dagster/judge.ts";
import { mutatedLines } from "../fuzz/mutated_lines.ts";
import type { RuntimeName } from "../kit/installed.ts";
import { superviseShell } from "../kit/launcher.ts";
import { isLayout, linesOf } from "../kit/messages.ts";
import { TempFolder } from "../kit/temp_folder.ts";

const NEWLINE = 0x0a;

/**
 * Lets a command under the launcher write so many lines, good and mutated, and gives what comes of
 * them to Dagster's own handler: it has to take all of it, and every good line has to be there.
 */
export async function checkThroughLauncher(
  runtime: RuntimeName,
  count: number,
  seed: number,
): Promise<{ readonly good: number; readonly refused: number }> {
  using folder = new TempFolder();
  const lines = mutatedLines(count, seed).map(({ bytes }) => bytes)
    .filter((bytes) => !bytes.includes(NEWLINE));
  folder.write("lines", new Uint8Array(lines.flatMap((bytes) => [...bytes, NEWLINE])));
  const { code, raw, stderr } = await superviseShell(
    runtime,
    `tee -a "$TMPDIR"/dagster-pipes-*/messages < ${folder.path}/lines > /dev/null`,
    { folder, env: { TMPDIR: folder.path } },
  );
  assertEquals(code, 1, stderr);
  const arrived = linesOf(raw);
  await assertTaken(arrived);
  const texts = lines.map(textOf);
  const good = texts.filter((text) => text !== undefined).map((text) => text.trimEnd())
    .filter((line) => isHandedOn(line) && !isOwn(line));
  const own = arrived.map((line) => line.trimEnd()).filter((line) => !isOwn(line));
  assertEquals(own.length, good.length);
  assertEquals(own.findIndex((line, i) => line !== good[i]), -1);
  const refused = arrived.filter((line) => line.includes("The command wrote a line that Dagster"));
  const closed = JSON.parse(arrived.at(-1) ?? "null");
  assertEquals([closed.method, Object.keys(closed.params)], ["closed", ["exception"]]);
  return { good: good.length, refused: refused.length - 1 };
}

async function assertTaken(lines: readonly string[]): Promise<void> {
  const judge = await Judge.start();
  const verdicts = await Promise.all(lines.map((line) => judge.line(`${line}\n`)));
  await judge.close();
  const deadly = verdicts.findIndex(({ taken }) => !taken);
  assertEquals(deadly, -1, `${verdicts[deadly]?.error}: ${lines[deadly]?.slice(0, 500)}`);
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function isHandedOn(line: string): boolean {
  const read = readReceivedLine(line);
  return !("problem" in read) && read.method !== "opened" && read.method !== "closed";
}

/** Whether a line is of the launcher itself, or looks like what lays out its file. */
function isOwn(line: string): boolean {
  if (line.includes("The command wrote a line that Dagster could not take")) return true;
  if (!line.startsWith('{"__dagster_pipes_version":"0.1","method":"')) return false;
  const read = readReceivedLine(line);
  if ("problem" in read) return false;
  return read.method === "opened" || read.method === "closed" || isLayout(read);
}
