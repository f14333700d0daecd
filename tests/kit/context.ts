/** The context of a step with one asset, as Dagster writes it. */
export const ONE_ASSET: Readonly<Record<string, unknown>> = {
  "asset_keys": ["orders"],
  "code_version_by_asset_key": { "orders": "v1" },
  "provenance_by_asset_key": { "orders": null },
  "partition_key": null,
  "partition_key_range": null,
  "partition_time_window": null,
  "run_id": "7f3c6a52-0000-4000-8000-000000000001",
  "job_name": "__ASSET_JOB",
  "retry_number": 0,
  "extras": {},
};

/** A context with some of its fields changed. */
export function contextWith(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { ...ONE_ASSET, ...fields };
}
