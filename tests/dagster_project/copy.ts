import { assertStringIncludes } from "@std/assert";
import { dirname } from "node:path";
import { isBefore } from "../dagster/versions.ts";
import { type Ended, run, runWell } from "../kit/command.ts";
import { DAGSTER_YAML } from "../kit/dagster_yaml.ts";
import { DAGSTER_VERSION, dagsterPython, dgBin, runtimeBinary } from "../kit/installed.ts";
import { EXAMPLE_PROJECT, exampleFiles } from "../tools/example_project.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { TempFolder } from "../kit/temp_folder.ts";
import { copyTree } from "../tools/publish_copy.ts";

/** A copy of the example project. */
export class ProjectCopy extends TempFolder {
  constructor() {
    super();
    for (const path of exampleFiles()) {
      copyTree(`${EXAMPLE_PROJECT}/${path}`, `${this.path}/${path}`);
    }
    if (isBefore("1.12")) this.#useOlderDefinitions();
    // With a file of settings, Dagster does not advise to make one. No dialog asks to sign up.
    this.write("home/dagster.yaml", `nux:\n  enabled: false\n${DAGSTER_YAML}`);
  }

  /** A copy whose scripts can run: installed as its README says, but with this repository's package. */
  static async installed(): Promise<ProjectCopy> {
    const copy = new ProjectCopy();
    const { dependencies, ...rest } = JSON.parse(copy.read("package.json"));
    dependencies["@dagsterpipes/pipes"] = `file:${REPO_ROOT}/dist/npm`;
    copy.write("package.json", { ...rest, dependencies });
    await runWell(
      ["npm", "install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"],
      { cwd: copy.path },
    );
    return copy;
  }

  /** The variables for commands in it: all runtimes, `dg` and `dagster` are on the PATH. */
  get env(): Record<string, string> {
    const programs = [runtimeBinary("deno"), runtimeBinary("bun"), runtimeBinary("node26")];
    // An older Dagster comes without `dg`.
    const programsOfDagster = DAGSTER_VERSION === undefined ? dgBin() : dirname(dagsterPython());
    const folders = [
      programsOfDagster,
      ...programs.map((path) => path.slice(0, path.lastIndexOf("/"))),
    ];
    return {
      PATH: [...folders, Deno.env.get("PATH")].join(":"),
      // In place of an installation of the project.
      PYTHONPATH: `${this.path}/src`,
      PYTHONDONTWRITEBYTECODE: "1",
      DAGSTER_HOME: `${this.path}/home`,
      DAGSTER_DISABLE_TELEMETRY: "1",
      NO_COLOR: "1",
    };
  }

  /** Runs a command in it. */
  run(command: readonly string[]): Promise<Ended> {
    return run(command, { cwd: this.path, env: this.env });
  }

  /** Loads the definitions as `create-dagster` wrote it for Dagster 1.11. */
  #useOlderDefinitions(): void {
    const path = "src/orders/definitions.py";
    const newer = "path_within_project=Path(__file__).parent";
    const text = this.read(path);
    assertStringIncludes(text, newer);
    this.write(path, text.replace(newer, "project_root=Path(__file__).parents[2]"));
  }

  /** Adds another folder of definitions, from `tests/dagster_project/defs`. */
  addDefs(name: string): void {
    const from = `${REPO_ROOT}/tests/dagster_project/defs/${name}`;
    copyTree(from, `${this.path}/src/orders/defs/${name}`);
  }
}
