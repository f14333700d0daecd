import { isRecord } from "../json/kinds.ts";
import { parsePythonJson } from "../json/python_json.ts";
import type { PipesMethod } from "./types.ts";

/** A message of the wire, read back. */
export interface PipesMessage {
  /** What the message is about. */
  method: PipesMethod;
  /** Its content, which depends on the method. */
  params: Record<string, unknown>;
}

const METHODS: Readonly<Record<PipesMethod, true>> = {
  opened: true,
  closed: true,
  log: true,
  report_asset_materialization: true,
  report_asset_check: true,
  report_custom_message: true,
  log_external_stream: true,
};

/** Reads a line back; `undefined` where it is not a message of the Pipes protocol. */
export function parseMessage(line: string): PipesMessage | undefined {
  let value: unknown;
  try {
    value = parsePythonJson(line);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || !("__dagster_pipes_version" in value)) {
    return undefined;
  }
  const { method, params } = value;
  return typeof method === "string" && Object.hasOwn(METHODS, method)
    ? { method: method as PipesMethod, params: isRecord(params) ? params : {} }
    : undefined;
}
