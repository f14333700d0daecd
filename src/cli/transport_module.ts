import { DagsterPipesError } from "../errors.ts";
import { isRecord, kindOf } from "../json/kinds.ts";
import type { Transport } from "../launcher/supervise_options.ts";

/** What the default export of a transport module may have. */
const KEYS: readonly string[] = ["paramsLoader", "contextLoader", "messageWriter"];

/** Loads by what Dagster is reached from a module of the user's, by a function that imports it. */
export async function loadTransportModule(
  specifier: string,
  importModule: (specifier: string) => Promise<Record<string, unknown>>,
): Promise<Transport> {
  const action = `Cannot use the transport of ${JSON.stringify(specifier)}`;
  let module: Record<string, unknown>;
  try {
    module = await importModule(specifier);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DagsterPipesError("invalid_argument", `${action}: ${reason}`, { cause });
  }
  const { default: transport } = module;
  if (!isRecord(transport)) {
    throw new DagsterPipesError(
      "invalid_argument",
      `${action}: its default export must be an object with ${
        KEYS.join(", ")
      } or some of them, got ${kindOf(transport)}`,
    );
  }
  const odd = Object.keys(transport).find((key) => !KEYS.includes(key));
  if (odd !== undefined) {
    const text = `${action}: there is no ${JSON.stringify(odd)} in a transport, but ${
      KEYS.join(", ")
    }`;
    throw new DagsterPipesError("invalid_argument", text);
  }
  return transport;
}
