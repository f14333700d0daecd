import { readReceivedLine } from "../../src/local/received/received_line.ts";
import type { Judge, Verdict } from "../dagster/judge.ts";
import { type MutatedLine, mutatedLines } from "./mutated_lines.ts";

/**
 * What is said of lines that Dagster's reader takes, and that are refused nevertheless: they are
 * lost, or break those who read what is stored of them.
 */
const HARMS: readonly RegExp[] = [
  /^__dagster_pipes_version: is missing$/,
  /^the line holds half of a surrogate pair$/,
  /^metadata\b.*: must not have the key "__(class|enum|set|frozenset|mapping_items)__"/,
  /^(metadata|exception)\b.*: is nested deeper than 400 levels/,
  /^level: must be .* got (the integer -?\d|a boolean)/,
  /^metadata\b.*: must be a number of seconds that is a finite float, got (NaN|-?Infinity)$/,
  /^metadata\b.*\.column_name: must be a string, got (?!an array|an object)/,
  /^exception(\.(cause|context))*\.(message|name|stack)(\[\d+\])?: must be /,
];

/** How many lines there were, by how they went. */
export interface ReceivedCounts {
  /** Taken by Dagster, and by us. */
  taken: number;
  /** Deadly to Dagster's reader, and refused. */
  deadly: number;
  /** Taken by Dagster, and refused for the harm that they do. */
  harmful: number;
}

/**
 * Shows so many lines to Dagster's handler and to the launcher's reading of them. Throws at the
 * first of which they think differently.
 */
export async function checkReceivedLines(
  judge: Judge,
  count: number,
  seed: number,
): Promise<ReceivedCounts> {
  const counts: ReceivedCounts = { taken: 0, deadly: 0, harmful: 0 };
  const lines = mutatedLines(count, seed);
  const size = 200;
  for (let start = 0; start < lines.length; start += size) {
    const batch = lines.slice(start, start + size);
    const verdicts = await Promise.all(batch.map(async (line) => {
      const verdict = judge.line(withLineEnd(line));
      await judge.reset();
      return await verdict;
    }));
    batch.forEach((line, i) => {
      counts[comparison(line, verdicts[i]!)]++;
    });
  }
  return counts;
}

function withLineEnd({ bytes }: MutatedLine): Uint8Array {
  return new Uint8Array([...bytes, 0x0a]);
}

function comparison(line: MutatedLine, verdict: Verdict): keyof ReceivedCounts {
  const problem = problemWith(line.bytes);
  if (problem === undefined) {
    if (verdict.taken) return "taken";
    throw new Error(`ends Dagster's reader: ${verdict.error}\n${shown(line)}`);
  }
  if (line.mutations.length === 0) throw new Error(`${problem}\n${shown(line)}`);
  if (!verdict.taken) return "deadly";
  if (HARMS.some((harm) => harm.test(problem))) return "harmful";
  throw new Error(`is taken by Dagster, and was refused: ${problem}\n${shown(line)}`);
}

function problemWith(bytes: Uint8Array): string | undefined {
  const read = readReceivedLine(bytes);
  return "problem" in read ? read.problem : undefined;
}

function shown({ text, mutations }: MutatedLine): string {
  return `${mutations.join(", ")}: ${JSON.stringify(text.slice(0, 2000))}`;
}
