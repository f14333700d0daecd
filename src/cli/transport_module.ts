import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { DagsterPipesError } from "../errors.ts";
import { isRecord, kindOf } from "../json/kinds.ts";
import type { Transport } from "../launcher/supervise_options.ts";

const TRANSPORT_KEYS: readonly string[] = ["paramsLoader", "contextLoader", "messageWriter"];

/** Reads how a launcher reaches Dagster from the default export of a module: a path, or a package. */
export async function readTransport(specifier: string): Promise<Transport> {
  const action = `Cannot use the transport of ${JSON.stringify(specifier)}`;
  const fail = (reason: string, cause?: unknown): DagsterPipesError =>
    new DagsterPipesError("invalid_argument", `${action}: ${reason}`, { cause });
  const url = /^[./]/.test(specifier) ? pathToFileURL(resolve(specifier)).href : specifier;
  const { default: transport }: Record<string, unknown> = await import(url).catch((cause) => {
    throw fail(cause instanceof Error ? cause.message : String(cause), cause);
  });
  const keys = TRANSPORT_KEYS.join(", ");
  if (!isRecord(transport)) {
    const got = kindOf(transport);
    throw fail(`its default export must be an object with some of ${keys}, got ${got}`);
  }
  const unknown = Object.keys(transport).find((key) => !TRANSPORT_KEYS.includes(key));
  if (unknown !== undefined) {
    throw fail(`its default export has ${JSON.stringify(unknown)}, and may only have ${keys}`);
  }
  return transport;
}
