import { DagsterPipesError } from "../errors.ts";

/** Both variables are named at once, lest the user comes back for the second one. */
export function envFlag(name: string): string {
  const both = "DAGSTER_PIPES_CONTEXT,DAGSTER_PIPES_MESSAGES";
  return `--allow-env=${both.includes(name) ? both : name}`;
}

/**
 * The folder to name in a permission flag. Dagster makes a folder of a random name for each run (Python's
 * `tempfile`: `tmp` and 8 characters), so a flag that is to serve the next run as well must name the one above.
 */
export function lastingFolder(path: string): string {
  const parts = path.split("/");
  parts.pop();
  if (/^tmp[a-z0-9_]{8}$/.test(parts.at(-1) ?? "")) parts.pop();
  return parts.join("/") || (path.startsWith("/") ? "/" : ".");
}

/** The error for a permission that is missing: it names the flag to add to Dagster's command. */
export function missingPermission(
  flag: string,
  subject: string,
  cause: Error,
): DagsterPipesError {
  // Deno gives devices, /proc and /sys to nobody but a process that may do all.
  if (cause.message.includes("--allow-all")) flag = "--allow-all";
  return new DagsterPipesError(
    "permission_denied",
    `Cannot use "${subject}" without a Deno permission: add ${flag} to the command that Dagster runs, ` +
      `as in ["deno", "run", "${flag}", "script.ts"]`,
    { cause },
  );
}
