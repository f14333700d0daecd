/**
 * Settings for a `DAGSTER_HOME` of tests. Where Dagster captures what a step prints, the end of it
 * may be lost on the way to the shell, so it does not.
 */
export const DAGSTER_YAML: string = `compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
`;
