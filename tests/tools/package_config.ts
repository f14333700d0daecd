/**
 * What `deno.json` says of the package.
 *
 * @module
 */
import { REPO_ROOT } from "../kit/places.ts";

/** What the tools read in `deno.json`. */
export interface PackageConfig {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly imports: Readonly<Record<string, string>>;
}

/** `deno.json` of the repository. */
export function readConfig(): PackageConfig {
  return JSON.parse(Deno.readTextFileSync(`${REPO_ROOT}/deno.json`));
}

/** The module behind an export, as a path in the repository. */
export function moduleOf(target: string): string {
  return target.replace(/^\.\//, "");
}

/** The modules behind the exports, as paths in the repository. */
export function entriesOf(config: PackageConfig): string[] {
  return Object.values(config.exports).map(moduleOf);
}
