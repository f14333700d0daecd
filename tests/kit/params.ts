import { deflateSync } from "node:zlib";

/** Both parameters of Dagster are encoded like this: JSON, zlib, base64. */
export function encodeParams(params: unknown): string {
  return encodeText(JSON.stringify(params));
}

/** The last two steps of the encoding, for text that is not what it should be. */
export function encodeText(text: string | Uint8Array): string {
  return deflateSync(text).toString("base64");
}

/** The environment variables by which Dagster tells a process of its context and its messages. */
export function pipesEnv(context: unknown, messages: unknown): Record<string, string> {
  return {
    DAGSTER_PIPES_CONTEXT: encodeParams(context),
    DAGSTER_PIPES_MESSAGES: encodeParams(messages),
  };
}
