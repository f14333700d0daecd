import { Supervision } from "../launcher/supervision.ts";
import type { SuperviseOptions } from "../launcher/supervise_options.ts";
import type { ExitStatus } from "../process/exit_status.ts";
import { PIPES_LOG_LEVELS } from "../protocol/messages.ts";
import { loadPart } from "../runtime/load_part.ts";
import type { CommandArguments } from "./command_arguments.ts";

/** The longest time of a timer in JavaScript. */
const MAX_SUPERVISE_SECONDS = (2 ** 31 - 1) / 1000;

/** Runs a command in a session of the launcher, as the arguments of `supervise` say. */
export async function superviseCommand(read: CommandArguments): Promise<ExitStatus> {
  const specifier = read.text("transport");
  const supervision = new Supervision({
    command: read.words,
    timeoutSeconds: secondsOf(read, "timeout"),
    graceSeconds: secondsOf(read, "grace"),
    logLevels: logLevelsOf(read),
    hasStderrTail: !read.flag("no-stderr-tail"),
    // Only a launcher that has one takes the time to load what reads it.
    transport: specifier === undefined
      ? undefined
      : await (await loadPart(() => import("./transport_module.ts"))).readTransport(specifier),
  });
  return await supervision.run();
}

function secondsOf(read: CommandArguments, name: string): number | undefined {
  const seconds = read.number(name, "a number of seconds");
  if (seconds === undefined || seconds <= MAX_SUPERVISE_SECONDS) return seconds;
  return read.refuse(`--${name} must be less than 25 days, got ${seconds} seconds`);
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
