/**
 * Registries of this machine instead of JSR and npm, with the package as it is published, and a shell
 * that uses them.
 *
 * @module
 */
import { JsrRegistry } from "../packaging/jsr_registry.ts";
import { NpmRegistry } from "../packaging/npm_registry.ts";
import { DAGSTER_YAML } from "../kit/dagster_yaml.ts";
import { environmentBin } from "../kit/installed.ts";
import type { Project } from "../kit/project.ts";
import { TempFolder } from "../kit/temp_folder.ts";
import { only, section } from "./pages.ts";
import { docsPath } from "./project.ts";

type Env = Readonly<Record<string, string>>;

/** Starts the registries for a test. It gets the environment of a user's shell, by runtime. */
export async function withRegistries(
  fn: (env: Readonly<Record<string, Env>>) => Promise<void>,
): Promise<void> {
  await using jsr = await JsrRegistry.start();
  await using npm = await NpmRegistry.start();
  using home = new TempFolder();
  const env = {
    PATH: `${environmentBin("dagster")}:${docsPath()}`,
    HOME: home.path,
    DAGSTER_DISABLE_TELEMETRY: "1",
  };
  // Deno loads the npm packages of the package from JSR from npm itself.
  const others = { ...npm.env, ...env };
  await fn({ Deno: { ...jsr.env, ...env }, Bun: others, Node: others });
}

/** Runs lines of a shell, which all have to succeed, and returns everything that they printed. */
export async function shell(project: Project, code: string, env: Env): Promise<string> {
  project.write(".dagster/dagster.yaml", DAGSTER_YAML);
  const command = ["bash", "-euc", `{ ${code.trim()}\n} 2>&1`];
  return await project.run(command, { ...env, DAGSTER_HOME: `${project.path}/.dagster` });
}

/** Returns the line of the README that installs the package for a runtime. */
export function installLine(runtime: string): string {
  const lines = only(section("README.md", "Install"), "sh").trim().split("\n");
  const line = lines.find((line) => line.includes(`# ${runtime}`));
  if (line === undefined) throw new Error(`The README does not install the package for ${runtime}`);
  return line;
}
