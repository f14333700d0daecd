/**
 * Python of Dagster's side, run in real Dagster with scripts beside it.
 *
 * @module
 */
import { assert } from "@std/assert";
import type { StoredRun } from "../dagster/harness.ts";
import { PythonProcess } from "../dagster/python_process.ts";
import { docsPath, type DocsProject } from "./project.ts";

/** What Dagster stored of a run, and what was printed meanwhile. */
export type PageRun = Omit<StoredRun, "runId" | "attempts"> & { readonly printed: string };

/** Real Dagster, in one Python process for many pages. */
export class PageRunner {
  readonly #process: PythonProcess;

  private constructor(process: PythonProcess) {
    this.#process = process;
  }

  /** Starts the process. Default: of the Python with the newest Dagster. */
  static async start(python?: string): Promise<PageRunner> {
    const [process] = await PythonProcess.start("page.py", python);
    return new PageRunner(process);
  }

  /** Runs all that the Python defines, in the project's folder: a run for each block. */
  async run(
    project: DocsProject,
    blocks: readonly string[],
    variables: Readonly<Record<string, string>> = {},
  ): Promise<readonly PageRun[]> {
    const env = { PATH: docsPath(), ...variables };
    const request = JSON.stringify({ folder: project.path, env, blocks });
    const { runs, error } = await this.#process.ask(
      new TextEncoder().encode(`${request}\n`),
    ) as { readonly runs?: readonly PageRun[]; readonly error?: string };
    assert(runs !== undefined, error);
    return runs;
  }

  /** Ends the process. */
  close(): Promise<void> {
    return this.#process.close();
  }
}
