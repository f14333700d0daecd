import { isAbsolute, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { DagsterPipesError } from "../errors.ts";
import type { Transport } from "../launcher/supervise_options.ts";

/** Imports how a launcher reaches Dagster: the default export of a module at a path, or a package. */
export async function importTransport(specifier: string): Promise<Transport> {
  // A path of Windows may begin with the letter of a drive, which an import takes for a protocol.
  const isPath = specifier.startsWith(".") || isAbsolute(specifier);
  const url = isPath ? pathToFileURL(resolve(specifier)).href : specifier;
  try {
    // Without a default export, null is refused as the transport.
    const { default: transport = null } = await import(url);
    return transport;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const text = `Cannot import the transport ${JSON.stringify(specifier)}: ${reason}`;
    throw new DagsterPipesError("invalid_argument", text, { cause });
  }
}
