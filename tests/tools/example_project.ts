import { filesBelow } from "./publish_copy.ts";
import { REPO_ROOT } from "../kit/places.ts";

/** The Dagster project among the examples. */
export const EXAMPLE_PROJECT: string = `${REPO_ROOT}/examples/dagster_project`;

/** The files of the project, as paths in it, without what whoever tries it leaves there. */
export function exampleFiles(): string[] {
  const ignored = Deno.readTextFileSync(`${EXAMPLE_PROJECT}/.gitignore`).trim().split("/\n");
  return filesBelow(EXAMPLE_PROJECT, ignored.map((name) => name.replace("/", "")));
}
