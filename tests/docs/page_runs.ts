/**
 * The Python of Dagster's side, loaded and run in real Dagster with scripts beside it.
 *
 * @module
 */
import { assert } from "@std/assert";
import type { StoredRun } from "../dagster/harness.ts";
import { PythonProcess } from "../dagster/python_process.ts";
import { docsPath, type DocsProject } from "./project.ts";

/** The name of a file whose definitions Dagster loads. */
export const DEFINITIONS = "definitions.py";

/** A file of Python. Code alone is `definitions.py`. */
export interface PythonFile {
  readonly name: string;
  readonly code: string;
}

/** What Dagster stored of a run, and what was printed meanwhile. */
export interface PageRun extends Omit<StoredRun, "runId" | "attempts"> {
  /** The job, or the first of the assets by their keys. */
  readonly name: string;
  readonly printed: string;
}

type Variables = Readonly<Record<string, string>>;

/** Real Dagster, in one Python process for many pages. */
export class PageRunner {
  readonly #process: PythonProcess;

  private constructor(process: PythonProcess) {
    this.#process = process;
  }

  /** Starts the process, by default with the Python that has the newest Dagster. */
  static async start(python?: string): Promise<PageRunner> {
    const [process] = await PythonProcess.start("page.py", python);
    return new PageRunner(process);
  }

  /** Loads files in the project's folder, as Dagster does. Throws what Python raises. */
  async load(
    project: DocsProject,
    files: readonly (PythonFile | string)[],
    variables: Variables = {},
  ): Promise<void> {
    await this.#ask(project, files, variables, false);
  }

  /** Loads files in the project's folder, and runs everything that each of them defines. */
  run(
    project: DocsProject,
    files: readonly (PythonFile | string)[],
    variables: Variables = {},
  ): Promise<readonly PageRun[]> {
    return this.#ask(project, files, variables, true);
  }

  /** Ends the process. */
  close(): Promise<void> {
    return this.#process.close();
  }

  async #ask(
    project: DocsProject,
    given: readonly (PythonFile | string)[],
    variables: Variables,
    isRun: boolean,
  ): Promise<readonly PageRun[]> {
    const env = { PATH: docsPath(), ...variables };
    const files = given.map((file) =>
      typeof file === "string" ? { name: DEFINITIONS, code: file } : file
    );
    const request = JSON.stringify({ folder: project.path, env, files, isRun });
    const { runs, error } = await this.#process.ask(
      new TextEncoder().encode(`${request}\n`),
    ) as { readonly runs?: readonly PageRun[]; readonly error?: string };
    assert(runs !== undefined, error);
    return runs;
  }
}
