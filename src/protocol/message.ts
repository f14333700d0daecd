import { isRecord } from "../json/kinds.ts";
import { parsePythonJson } from "../json/python_json.ts";

/** The methods of the Pipes protocol. */
const METHODS = [
  "opened",
  "closed",
  "log",
  "report_asset_materialization",
  "report_asset_check",
  "report_custom_message",
  "log_external_stream",
] as const;

/** A method of the Pipes protocol. */
export type PipesMethod = (typeof METHODS)[number];

/** A message of the wire, read back. */
export interface PipesMessage {
  /** What the message is about. */
  method: PipesMethod;
  /** Its content, which depends on the method. */
  params: Record<string, unknown>;
}

/** Reads a line back; `undefined` where it is not a message of the Pipes protocol. */
export function parseMessage(line: string): PipesMessage | undefined {
  let value: unknown;
  try {
    value = parsePythonJson(line);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || !("__dagster_pipes_version" in value)) return undefined;
  const method = METHODS.find((method) => method === value.method);
  if (method === undefined) return undefined;
  return { method, params: isRecord(value.params) ? value.params : {} };
}
