/**
 * Dagster's side for the programs of a project: the parameters, and the messages.
 *
 * @module
 */
import { encodeBase64 } from "@std/encoding/base64";
import type { Project } from "./project.ts";

/** A message as it came. */
export interface Message {
  readonly method: string;
  readonly params: Record<string, unknown>;
}

async function encode(params: Record<string, unknown>): Promise<string> {
  const deflated = new Blob([JSON.stringify(params)]).stream()
    .pipeThrough(new CompressionStream("deflate"));
  return encodeBase64(await new Response(deflated).arrayBuffer());
}

/**
 * Writes the context and an empty messages file, and gives back the environment that names both.
 */
export async function pipesEnv(
  project: Project,
  context: Record<string, unknown>,
): Promise<Record<string, string>> {
  project.write("pipes/context", {
    asset_keys: null,
    code_version_by_asset_key: null,
    provenance_by_asset_key: null,
    partition_key: null,
    partition_key_range: null,
    partition_time_window: null,
    run_id: "a-run",
    job_name: "a_job",
    retry_number: 0,
    extras: {},
    ...context,
  });
  project.write("pipes/messages", "");
  const path = `${project.dir}/pipes`;
  return {
    DAGSTER_PIPES_CONTEXT: await encode({ path: `${path}/context` }),
    DAGSTER_PIPES_MESSAGES: await encode({ path: `${path}/messages` }),
  };
}

/** The messages that were written. */
export function messagesOf(project: Project): Message[] {
  const text = Deno.readTextFileSync(`${project.dir}/pipes/messages`);
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}
