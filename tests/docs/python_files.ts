import { DEFINITIONS, type PythonFile } from "./page_runs.ts";
import type { Page } from "./pages.ts";

/** A file of Python on a page. */
export interface ShownFile {
  readonly file: PythonFile;
  /** The line of the page on which it starts. */
  readonly line: number;
}

const LIBRARY = /^(?:import|from) (boto3|azure|google|dagster_\w+)\b/m;

/** The files of Python that a page shows. A block that does not name its file is `definitions.py`. */
export function pythonFiles({ blocks }: Page): ShownFile[] {
  return blocks.filter(({ language }) => language === "python").map((
    { file = DEFINITIONS, code, line },
  ) => ({ file: { name: file, code }, line }));
}

/** Whether code imports a library of Dagster or of a store, and so needs a service to run. */
export function needsService({ code }: PythonFile): boolean {
  return LIBRARY.test(code);
}
