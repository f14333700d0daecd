/**
 * A page of the documentation as a user's project: the files that it shows, beside the package and
 * the others that they import, as after an install from npm.
 *
 * @module
 */
import { PACKAGES_DIR, runtimeBinary, STORE_CLIENTS_DIR } from "../kit/installed.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { Project } from "../kit/project.ts";
import { copyTree } from "../tools/publish_copy.ts";
import type { CodeBlock, Page } from "./pages.ts";

/** The file that holds a block of TypeScript or JavaScript. */
export function fileOf(block: CodeBlock): string {
  return block.file ?? `line_${block.line}.${block.language}`;
}

/** A folder for scripts, with every package that the documentation imports. */
export class DocsProject extends Project {
  /** @param packages The folder of the packages. */
  constructor(packages: string = PACKAGES_DIR) {
    super();
    this.write("package.json", { type: "module" });
    const modules = `${this.path}/node_modules`;
    Deno.mkdirSync(`${modules}/.bin`, { recursive: true });
    for (const { name } of Deno.readDirSync(packages)) {
      if (!name.startsWith(".")) Deno.symlinkSync(`${packages}/${name}`, `${modules}/${name}`);
    }
    for (const { name } of Deno.readDirSync(`${packages}/.bin`)) {
      Deno.symlinkSync(`${packages}/.bin/${name}`, `${modules}/.bin/${name}`);
    }
    for (const scope of ["@aws-sdk", "@azure", "@google-cloud"]) {
      Deno.symlinkSync(`${STORE_CLIENTS_DIR}/${scope}`, `${modules}/${scope}`);
    }
    copyTree(`${REPO_ROOT}/tests/standins/log`, `${modules}/@std/log`);
    this.installBuild();
    const command = `${modules}/@dagsterpipes/pipes/src/cli/main.js`;
    Deno.symlinkSync(command, `${modules}/.bin/dagsterpipes`);
    // A page asks to copy it beside the definitions.
    const reader = Deno.readTextFileSync(`${REPO_ROOT}/examples/whole_line_reader.py`);
    this.write("whole_line_reader.py", reader);
  }

  /**
   * Installs the package as a copy: the type checker follows a link, and then finds declarations
   * outside node_modules.
   */
  copyBuild(): void {
    const installed = `${this.path}/node_modules/@dagsterpipes/pipes`;
    Deno.removeSync(installed);
    copyTree(`${REPO_ROOT}/dist/npm`, installed);
  }

  /** Checks the types of files. */
  async checkTypes(files: readonly string[]): Promise<void> {
    this.copyBuild();
    await this.run([Deno.execPath(), "check", ...files]);
  }

  /** Writes the files of a page. Of two blocks with one name, the first is the file. */
  writePage({ blocks }: Page): void {
    for (const block of [...blocks].reverse()) {
      const isScript = block.language === "ts" || block.language === "js";
      if (isScript || block.file !== undefined) this.write(fileOf(block), block.code);
    }
  }
}

/** Returns a PATH with `deno`, `bun` and `node`. */
export function docsPath(): string {
  const binaries = [runtimeBinary("deno"), runtimeBinary("bun"), runtimeBinary("node26")];
  const folders = binaries.map((path) => path.slice(0, path.lastIndexOf("/")));
  return [...folders, Deno.env.get("PATH")].join(":");
}
