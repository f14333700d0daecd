/**
 * Runs the tests of the page on tests by its commands.
 *
 * @module
 */
import { TEST_RUNNERS_DIR } from "../kit/installed.ts";
import { page, TESTING_PAGE } from "./pages.ts";
import { docsPath, DocsProject } from "./project.ts";

const { blocks } = page(TESTING_PAGE);

/** The commands of the page, each a line. */
export const TEST_COMMANDS: readonly string[] = blocks.filter(({ language }) => language === "sh")
  .flatMap(({ code }) => code.trim().split("\n"));

/** Whether a command starts a runner that is installed from npm. */
export function isFromNpm(command: string): boolean {
  return command.includes("npx ");
}

/** Runs a command of the page, which has to succeed, and returns what it printed. */
export async function runTests(command: string): Promise<string> {
  using project = new DocsProject(isFromNpm(command) ? TEST_RUNNERS_DIR : undefined);
  project.copyBuild();
  project.writePage(page(TESTING_PAGE));
  const env = { PATH: docsPath(), NO_COLOR: "1", CI: "true" };
  return await project.run(["bash", "-euc", `{ ${command}\n} 2>&1`], env);
}
