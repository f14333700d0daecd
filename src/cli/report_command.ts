import { terminal } from "../runtime/terminal.ts";
import { DagsterPipesError } from "../errors.ts";
import type { RecordedEvent } from "../local/recorded.ts";
import type { SuperviseResult } from "../launcher/supervise_options.ts";
import { PipesEnvVarParamsLoader } from "../loaders/env_params_loader.ts";
import { PIPES_LOG_LEVELS } from "../protocol/framing.ts";
import { launcherOf } from "../protocol/launcher_params.ts";
import { withDagsterPipes } from "../session/lifecycle.ts";
import type { PipesContext } from "../session/pipes_context.ts";
import { TestSession } from "../testing/test_session.ts";
import type { Arguments } from "./arguments.ts";
import { readMetadata } from "./report_metadata.ts";
import { eventLines } from "./show/event_lines.ts";
import { painter } from "./show/style.ts";

/** Says one thing to Dagster. */
type Say = (pipes: PipesContext) => void;

/** What can be said, and what it takes. */
const KINDS: Readonly<
  Record<string, { readonly options: readonly string[]; readonly read: (read: Arguments) => Say }>
> = {
  log: { options: ["level"], read: readLog },
  materialization: {
    options: ["asset", "metadata", "data-version"],
    read: readMaterialization,
  },
  check: { options: ["asset", "name", "passed", "severity", "metadata"], read: readCheck },
};

const ALL_OPTIONS: readonly string[] = Object.values(KINDS).flatMap(({ options }) => options);

/** What stands for the asset that Dagster would know. */
const SOME_ASSET = "the_asset_of_the_step";

/**
 * Runs `report`: says one thing by a session of its own, which a launcher makes a part of its own
 * session; outside a session, prints it.
 */
export async function reportCommand(read: Arguments): Promise<SuperviseResult> {
  const [name = ""] = read.positionals;
  const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  if (kind === undefined) {
    return read.refuse(
      `What is reported must be ${Object.keys(KINDS).join(", ")}, got ${JSON.stringify(name)}`,
    );
  }
  const odd = ALL_OPTIONS.find((option) =>
    !kind.options.includes(option) && read.texts(option).length > 0
  );
  if (odd !== undefined) read.refuse(`report ${name} takes no --${odd}`);
  const say = kind.read(read);
  const params = new PipesEnvVarParamsLoader();
  if (!params.isDagsterPipesProcess()) printReport(say, read.text("asset") ?? SOME_ASSET);
  else if (launcherOf(await params.loadMessagesParams()) !== undefined) await withDagsterPipes(say);
  else {
    throw new DagsterPipesError(
      "unsupported",
      "Cannot report from here: each process that Dagster starts has one session, and the launcher " +
        "shares it. Start the script by dagsterpipes supervise",
    );
  }
  return { code: 0 };
}

function readLog(read: Arguments): Say {
  const [, ...words] = [...read.positionals, ...read.command];
  if (words.length === 0) read.refuse("report log must be followed by a text");
  const asked = read.text("level") ?? "INFO";
  const level = PIPES_LOG_LEVELS.find((known) => known === asked.toUpperCase());
  if (level === undefined) {
    return read.refuse(
      `--level must be one of ${PIPES_LOG_LEVELS.join(", ")}, got ${JSON.stringify(asked)}`,
    );
  }
  return (pipes) => pipes.log(words.join(" "), level);
}

function readMaterialization(read: Arguments): Say {
  refuseWords(read);
  const dataVersion = read.text("data-version");
  const report = {
    metadata: readMetadata(read),
    ...assetOf(read),
    ...(dataVersion === undefined ? {} : { dataVersion }),
  };
  return (pipes) => pipes.reportAssetMaterialization(report);
}

function readCheck(read: Arguments): Say {
  refuseWords(read);
  const checkName = read.text("name") ?? read.refuse("report check needs a --name");
  const passed = read.text("passed") ?? read.refuse("report check needs --passed true or false");
  if (passed !== "true" && passed !== "false") {
    read.refuse(`--passed must be true or false, got ${JSON.stringify(passed)}`);
  }
  const severity = read.text("severity") ?? "ERROR";
  if (severity !== "WARN" && severity !== "ERROR") {
    return read.refuse(`--severity must be WARN or ERROR, got ${JSON.stringify(severity)}`);
  }
  const named = { checkName, passed: passed === "true", severity, ...assetOf(read) } as const;
  const metadata = readMetadata(read);
  return (pipes) => pipes.reportAssetCheck({ ...named, metadata });
}

function refuseWords(read: Arguments): void {
  const [kind, odd] = [...read.positionals, ...read.command];
  if (odd !== undefined) {
    read.refuse(`report ${kind} takes options only, got ${JSON.stringify(odd)}`);
  }
}

function assetOf(read: Arguments): { readonly assetKey?: string } {
  const assetKey = read.text("asset");
  return assetKey === undefined ? {} : { assetKey };
}

/** Prints what would have been said of an asset, where Dagster could take it. */
function printReport(say: Say, assetKey: string): void {
  const { context, record } = new TestSession<Record<string, unknown>>({ assetKeys: [assetKey] });
  say(context);
  const events: RecordedEvent[] = [
    ...record.logs.map((log) => ({ type: "log" as const, ...log })),
    ...record.materializations.map((report) => ({ type: "materialization" as const, ...report })),
    ...record.checks.map((check) => ({ type: "check" as const, ...check })),
  ];
  const paint = painter(terminal().hasColours);
  for (const event of events) console.log(eventLines(event, paint).join("\n"));
}
