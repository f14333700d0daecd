import { kindOf } from "../json/kinds.ts";
import type { ValuePath } from "../json/path.ts";
import type { PipesAssetKey } from "./types.ts";

/**
 * Returns the parts of a key. Splits an escaped string at each `/` without a backslash before it:
 * `\/` is a slash inside a part and `\\` a backslash, as in Dagster's
 * `AssetKey.from_escaped_user_string`.
 */
export function assetKeyParts(key: PipesAssetKey): readonly string[] {
  if (typeof key !== "string") return key;
  const parts: string[] = [];
  let part = "";
  for (let i = 0; i < key.length; i++) {
    if (key[i] === "/") {
      parts.push(part);
      part = "";
    } else {
      if (key[i] === "\\") i++;
      part += key[i] ?? "";
    }
  }
  return [...parts, part];
}

/** Returns the escaped string of a key. */
export function escapedAssetKey(key: PipesAssetKey): string {
  return assetKeyParts(key).map((part) => part.replace(/[\\/]/g, "\\$&")).join("/");
}

/** Joins parts as Dagster before 1.13 does, which escapes slashes alone. */
export function joinedParts(parts: readonly string[]): string {
  return parts.map((part) => part.replaceAll("/", "\\/")).join("/");
}

/** Returns a value that must be an asset key. */
export function requireAssetKey(key: unknown, path: ValuePath): PipesAssetKey {
  const problem = assetKeyProblem(key);
  if (problem !== undefined) path.refuse(`${problem}, got ${kindOf(key)}`);
  // Checked above.
  return key as PipesAssetKey;
}

/** Returns what is wrong with an asset key, or `undefined` if nothing is. */
export function assetKeyProblem(key: unknown): string | undefined {
  // A copy, because `every` skips holes.
  const isList = Array.isArray(key) && [...key].every((part) => typeof part === "string");
  if (typeof key !== "string" && !isList) {
    return "must be an asset key: an escaped string or an array of strings";
  }
  const parts = assetKeyParts(key);
  if (parts.length === 0 || parts.includes("")) return "must be an asset key without empty parts";
  // Dagster drops a backslash that escapes nothing, and would take the report for another asset.
  const endsInBackslash = typeof key === "string" && /(?<!\\)(?:\\\\)*\\$/.test(key);
  return endsInBackslash ? "must not end in a lone backslash" : undefined;
}
