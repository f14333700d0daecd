/**
 * Copies the reader of the page on long messages as the page says, and imports it both ways.
 *
 * @module
 */
import { runWell } from "../kit/command.ts";
import { dagsterPython } from "../kit/installed.ts";
import { Project } from "../kit/project.ts";
import { LONG_MESSAGES_PAGE, only, page } from "./pages.ts";

const { text } = page(LONG_MESSAGES_PAGE);

Deno.test("the reader of the page works beside definitions, and in a package", async () => {
  using project = new Project();
  project.installBuild();
  await project.run(["sh", "-euc", only(text, "sh")]);
  project.write("definitions.py", only(text, "python"));
  await runWell([dagsterPython(), "definitions.py"], { cwd: project.path });

  const [, target = ""] = /`src\/(my_project\/\w+\.py)`/.exec(text) ?? [];
  const [, statement = ""] = /`(from my_project\.[^`]+)`/.exec(text) ?? [];
  project.write(`package/${target}`, project.read("whole_line_reader.py"));
  project.write("package/my_project/__init__.py", "");
  project.write("package/my_project/definitions.py", `${statement}\n`);
  const command = [dagsterPython(), "-c", "import my_project.definitions"];
  await runWell(command, { cwd: `${project.path}/package` });
});
