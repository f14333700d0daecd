import type { SuperviseOptions } from "../launcher/supervise_options.ts";
import { Supervision } from "../launcher/supervision.ts";
import type { ExitStatus } from "../process/exit_status.ts";
import { PIPES_LOG_LEVELS } from "../protocol/messages.ts";
import { loadPart } from "../runtime/load_part.ts";
import type { CommandArguments } from "./command_arguments.ts";

export async function superviseCommand(read: CommandArguments): Promise<ExitStatus> {
  const specifier = read.text("transport");
  const options: SuperviseOptions = {
    command: read.words,
    timeoutSeconds: read.number("timeout", "a number of seconds"),
    graceSeconds: read.number("grace", "a number of seconds"),
    logLevels: logLevelsOf(read),
    hasStderrTail: !read.flag("no-stderr-tail"),
    // Loaded only if needed: the launcher must start fast.
    transport: specifier === undefined
      ? undefined
      : await (await loadPart(() => import("./transport_module.ts"))).importTransport(specifier),
  };
  let supervision: Supervision;
  try {
    supervision = new Supervision(options);
  } catch (error) {
    return read.rethrow(error);
  }
  return await supervision.run();
}

function logLevelsOf(read: CommandArguments): SuperviseOptions["logLevels"] {
  const pairs = read.texts("log").flatMap((value) => value.split(","));
  return Object.fromEntries(pairs.map((pair) => {
    const [stream = "", name = ""] = pair.split("=");
    const level = PIPES_LOG_LEVELS.find((known) => known === name.toUpperCase());
    if (["stdout", "stderr"].includes(stream) && level !== undefined) return [stream, level];
    const got = JSON.stringify(pair);
    return read.refuse(`--log must be like stdout=INFO,stderr=WARNING, got ${got}`);
  }));
}
