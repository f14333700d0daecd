import { DagsterPipesError, openDagsterPipes, type PipesContext } from "@dagsterpipes/pipes";
import type { Judge } from "../dagster/judge.ts";
import { memorySession } from "../kit/memory_session.ts";
import { type Call, sourceOf } from "./calls.ts";
import { problemWith } from "./verdicts.ts";
import { evaluate } from "./scope.ts";

/** How many calls there were, by how they went. */
export class Counts {
  accepted = 0;
  refused = 0;
  /** Lines that would have ended Dagster's reader. */
  deaths = 0;
}

interface Written {
  readonly call: Call;
  readonly line: string;
}

/**
 * Makes a sequence of calls on a real context and shows every line that they wrote to Dagster.
 * Throws where a call did anything but throw a `DagsterPipesError` and write nothing, or write one
 * line that Dagster takes for just what was given.
 *
 * @param accept Whether every call must be accepted, save a second report of the same thing.
 */
export async function checkCalls(
  judge: Judge,
  calls: readonly Call[],
  counts: Counts,
  accept = false,
): Promise<void> {
  const { options, lines } = memorySession({ asset_keys: [] });
  const pipes = await openDagsterPipes(options);
  const written: Written[] = [];
  try {
    for (const call of calls) {
      const before = lines.length;
      const closed = pipes.isClosed;
      const error = await thrownBy(pipes, call);
      const added = lines.slice(before);
      if (error === undefined) {
        if (closed && added.length === 0) continue;
        expect(call, added.length === 1, `wrote ${added.length} lines`);
        expect(call, !/[\r\n]/.test(added[0]!), "wrote a line end");
        written.push({ call, line: added[0]! });
        counts.accepted++;
      } else {
        expect(call, added.length === 0, `threw ${error}, but wrote`);
        expect(
          call,
          error instanceof DagsterPipesError,
          `threw something else than a DagsterPipesError: ${describe(error)}`,
        );
        const twice = (error as DagsterPipesError).code === "already_reported";
        expect(call, !accept || twice, `was refused: ${describe(error)}`);
        counts.refused++;
      }
    }
  } finally {
    if (!pipes.isClosed) await pipes.close();
  }
  await judgeLines(judge, lines[0]!, written, counts);
}

/** What a call threw, the making of its arguments by the package's builders included. */
async function thrownBy(pipes: PipesContext, { method, args }: Call): Promise<unknown> {
  const [name, level] = method.split(".") as [string, string?];
  try {
    const values = args.map(evaluate);
    const target = level === undefined ? pipes : pipes.log;
    const call = (target as unknown as Record<string, unknown>)[level ?? name];
    await (call as (...values: unknown[]) => unknown).apply(target, values);
    return undefined;
  } catch (error) {
    return error ?? new Error("nothing");
  }
}

async function judgeLines(
  judge: Judge,
  opened: string,
  written: readonly Written[],
  counts: Counts,
): Promise<void> {
  await judge.reset();
  const [, ...verdicts] = await Promise.all(
    [opened, ...written.map(({ line }) => line)].map((line) => judge.line(`${line}\n`)),
  );
  for (const [i, { call, line }] of written.entries()) {
    const verdict = verdicts[i]!;
    if (!verdict.taken) counts.deaths++;
    const problem = problemWith(call, verdict);
    expect(call, problem === undefined, `${problem}\n${line.slice(0, 2000)}`);
  }
}

function expect(call: Call, holds: boolean, problem: string): void {
  if (holds) return;
  throw new Error(`${sourceOf(call).slice(0, 5000)}\n  ${problem}`);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}
