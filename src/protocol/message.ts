import { isRecord } from "./params.ts";
import { parsePythonJson } from "./python_json.ts";
import type { PipesMethod } from "./types.ts";

/** A message of the wire, read back. */
export interface PipesMessage {
  /** What the message is about. */
  method: PipesMethod;
  /** Its content, which depends on the method. */
  params: Record<string, unknown>;
}

const METHODS: readonly string[] = [
  "opened",
  "closed",
  "log",
  "report_asset_materialization",
  "report_asset_check",
  "report_custom_message",
  "log_external_stream",
] satisfies PipesMethod[];

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
  return typeof method === "string" && METHODS.includes(method)
    ? { method: method as PipesMethod, params: isRecord(params) ? params : {} }
    : undefined;
}
