import { loadPart } from "../runtime/load_part.ts";
import { Supervision } from "../launcher/supervision.ts";
import type { SuperviseOptions, Transport } from "../launcher/supervise_options.ts";
import type { ExitStatus } from "../process/exit_status.ts";
import { PIPES_LOG_LEVELS } from "../protocol/framing.ts";
import { importModule } from "../runtime/process_entry.ts";
import type { Arguments } from "./arguments.ts";

/** Runs `supervise`. */
export async function superviseCommand(read: Arguments): Promise<ExitStatus> {
  const transport = read.text("transport");
  const supervision = new Supervision({
    command: read.command,
    timeoutSeconds: read.seconds("timeout"),
    graceSeconds: read.seconds("grace"),
    logLevels: logLevels(read),
    hasStderrTail: !read.flag("no-stderr-tail"),
    transport: transport === undefined ? undefined : await loadTransport(transport),
  });
  return await supervision.run();
}

/** Few launchers have one, and to load what reads it takes time. */
async function loadTransport(specifier: string): Promise<Transport> {
  return await (await loadPart(() => import("./transport_module.ts"))).loadTransportModule(
    specifier,
    importModule,
  );
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
