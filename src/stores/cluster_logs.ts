import { readFileSync } from "node:fs";

/** Has the settings of a cluster of Databricks that Python's writer reads from its Spark session. */
const SETTINGS_PATH = "/databricks/common/conf/deploy.conf";

const SETTING = /^\s*spark\.databricks\.clusterUsageTags\.(\w+)\s*=\s*"(.*)"\s*$/gm;

/** Returns the place of the delivered driver logs, under the name that Dagster's readers know. */
export function clusterLogExtras(settingsPath: string = SETTINGS_PATH): Record<string, string> {
  let text: string;
  try {
    text = readFileSync(settingsPath, "utf8");
  } catch {
    return {};
  }
  const settings = new Map(text.matchAll(SETTING).map(([, name, value]) => [name, value]));
  const destination = settings.get("clusterLogDestination");
  const id = settings.get("clusterId");
  if (settings.get("clusterLogDeliveryEnabled") !== "true" || !destination || !id) return {};
  return { cluster_driver_log_root: `${destination}/${id}/driver` };
}
