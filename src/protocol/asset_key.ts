import type { PipesAssetKey } from "./types.ts";

/**
 * Splits an escaped asset key into its parts: at each `/` that no backslash stands before. `\/` is
 * a slash inside a part and `\\` a backslash, as in Dagster's `AssetKey.from_escaped_user_string`.
 */
export function assetKeyParts(key: string): string[] {
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
  parts.push(part);
  return parts;
}

/** Joins parts to an escaped asset key: the inverse of {@linkcode assetKeyParts}. */
export function escapedAssetKey(parts: readonly string[]): string {
  return parts.map((part) => part.replace(/[\\/]/g, "\\$&")).join("/");
}

/** Joins parts as Dagster before 1.13 does, which escapes slashes alone. */
export function joinedParts(parts: readonly string[]): string {
  return parts.map((part) => part.replaceAll("/", "\\/")).join("/");
}

/** What keeps a value from being an asset key, or `undefined` if nothing does. */
export function assetKeyProblem(key: unknown): string | undefined {
  if (
    typeof key !== "string" &&
    // A copy, as `every` passes over holes.
    !(Array.isArray(key) && [...key].every((part) => typeof part === "string"))
  ) {
    return "must be an asset key: an escaped string or an array of strings";
  }
  const parts = typeof key === "string" ? assetKeyParts(key) : key;
  if (parts.length === 0 || parts.includes("")) {
    return "must be an asset key without empty parts";
  }
  // Dagster drops a backslash that escapes nothing, and would take the report for another asset.
  if (typeof key === "string" && /(?<!\\)(?:\\\\)*\\$/.test(key)) {
    return "must not end in a lone backslash";
  }
  return undefined;
}

/** The parts of a key that may be given either way. */
export function partsOf(key: PipesAssetKey): readonly string[] {
  return typeof key === "string" ? assetKeyParts(key) : key;
}
