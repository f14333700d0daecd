import { supervise, type SuperviseOptions, type SuperviseResult } from "../launcher/supervise.ts";
import { PIPES_LOG_LEVELS } from "../protocol/framing.ts";
import type { Arguments } from "./arguments.ts";
import { loadChannel } from "./channel_module.ts";

/** Runs `supervise`. */
export async function superviseCommand(read: Arguments): Promise<SuperviseResult> {
  const channel = read.text("channel");
  return await supervise({
    command: read.command,
    timeoutSeconds: read.seconds("timeout"),
    graceSeconds: read.seconds("grace"),
    logLevels: logLevels(read),
    hasStderrTail: !read.flag("no-stderr-tail"),
    channel: channel === undefined ? undefined : await loadChannel(channel),
  });
}

function logLevels(read: Arguments): SuperviseOptions["logLevels"] {
  const pairs = read.texts("log").flatMap((value) => value.split(","));
  return Object.fromEntries(
    pairs.map((pair) => {
      const [stream, level = ""] = pair.split("=");
      const known = PIPES_LOG_LEVELS.find((name) => name === level.toUpperCase());
      if ((stream !== "stdout" && stream !== "stderr") || known === undefined) {
        return read.refuse(
          `--log must be like stdout=INFO,stderr=WARNING, got ${JSON.stringify(pair)}`,
        );
      }
      return [stream, known];
    }),
  );
}
