/**
 * The package as JSR's npm compatibility layer hands it out: one JavaScript file and one
 * declaration a module, other JSR packages under their `@jsr/` names, npm packages as dependencies.
 *
 * @module
 */
import { entriesOf, readConfig } from "../tools/package_config.ts";
import {
  declarationOf,
  javascriptOf,
  reachable,
  readModule,
  rewriteSpecifiers,
} from "../tools/emit.ts";
import type { Project } from "../kit/project.ts";

/** `@std/encoding` is `@jsr/std__encoding`. */
export function jsrName(name: string): string {
  return `@jsr/${name.slice(1).replace("/", "__")}`;
}

interface Requirement {
  readonly name: string;
  readonly range: string;
}

/** What an entry of the import map means to npm. */
function requirement(target: string): Requirement | undefined {
  const match = /^(jsr|npm):(@?[^@]+)@(.+)$/.exec(target);
  if (match === null) return undefined;
  const [, scheme, name = "", range = ""] = match;
  return { name: scheme === "jsr" ? jsrName(name) : name, range };
}

/** Writes the package into a folder of the project. */
export function writeJsrShape(project: Project, folder: string): void {
  const config = readConfig();
  const dependencies: Record<string, string> = {};
  const rename = (specifier: string): string => {
    if (specifier.startsWith(".")) return specifier.replace(/\.ts$/, ".js");
    if (specifier.startsWith("node:")) return specifier;
    for (const [alias, target] of Object.entries(config.imports)) {
      const required = requirement(target);
      if (required === undefined) continue;
      if (specifier !== alias && !specifier.startsWith(`${alias}/`)) continue;
      dependencies[required.name] = required.range;
      return required.name + specifier.slice(alias.length);
    }
    throw new Error(`Cannot tell what package "${specifier}" is`);
  };
  for (const path of reachable(entriesOf(config), readModule).keys()) {
    const stem = path.replace(/\.ts$/, "");
    project.write(`${folder}/${stem}.js`, rewriteSpecifiers(javascriptOf(path), rename));
    project.write(`${folder}/_dist/${stem}.d.ts`, rewriteSpecifiers(declarationOf(path), rename));
  }
  const exports: Record<string, unknown> = {};
  for (const [name, path] of Object.entries(config.exports)) {
    const stem = path.replace(/^\.\//, "").replace(/\.ts$/, "");
    exports[name] = { types: `./_dist/${stem}.d.ts`, default: `./${stem}.js` };
  }
  project.write(`${folder}/package.json`, {
    name: jsrName(config.name),
    version: config.version,
    type: "module",
    dependencies,
    exports,
  });
}

/** Writes a stand-in for `@jsr/std__encoding`, made of the same code from npm. */
export function writeEncodingStandIn(project: Project, folder: string): void {
  const { version } = JSON.parse(readModule("tests/standins/encoding/deno.json"));
  project.write(`${folder}/package.json`, {
    name: "@jsr/std__encoding",
    version,
    type: "module",
    dependencies: { "deno-std": "1.4.0" },
    exports: { "./base64": "./base64.js", "./hex": "./hex.js" },
  });
  for (const name of ["base64", "hex"]) {
    project.write(`${folder}/${name}.js`, `export * from "deno-std/encoding/${name}.js";\n`);
  }
}
