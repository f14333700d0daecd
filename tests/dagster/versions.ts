import { DAGSTER_VERSION } from "../kit/installed.ts";

/** Whether the tests meet a Dagster that is older than a version such as `1.13`. */
export function isBefore(version: string): boolean {
  if (DAGSTER_VERSION === undefined) return false;
  return DAGSTER_VERSION.localeCompare(version, "en", { numeric: true }) < 0;
}
