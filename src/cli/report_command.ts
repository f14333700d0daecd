import { DagsterPipesError } from "../errors.ts";
import { kindOf } from "../json/kinds.ts";
import { parsePythonJson } from "../json/read_json.ts";
import { PipesEnvVarParamsLoader } from "../loaders/params_loaders.ts";
import type { ExitStatus } from "../process/exit_status.ts";
import { launcherOf } from "../protocol/launcher_params.ts";
import { PIPES_LOG_LEVELS } from "../protocol/messages.ts";
import type { PipesMetadata } from "../protocol/metadata/types.ts";
import { PIPES_METADATA_TYPES } from "../protocol/metadata/wire_metadata.ts";
import { loadPart } from "../runtime/load_part.ts";
import { withDagsterPipes } from "../session/lifecycle.ts";
import type { PipesContext } from "../session/pipes_context.ts";
import type { CommandArguments } from "./command_arguments.ts";

type SendReport = (pipes: PipesContext) => void;

/** The asset of a report that does not name one and is only printed. */
const PLACEHOLDER_ASSET = "the_asset_of_the_step";

/** The types whose values are JSON. All others have the text as their value. */
const JSON_TYPES = "int float bool null timestamp json table table_schema table_column_lineage"
  .split(" ");

const REPORT_READERS: Readonly<Record<string, (read: CommandArguments) => SendReport>> = {
  "report log": (read) => {
    const level = read.word("level", PIPES_LOG_LEVELS, "INFO");
    return (pipes) => pipes.log(read.words.join(" "), level);
  },
  "report materialization": (read) => {
    const report = {
      assetKey: read.text("asset"),
      metadata: metadataArgument(read),
      dataVersion: read.text("data-version"),
    };
    return (pipes) => pipes.reportAssetMaterialization(report);
  },
  "report check": (read) => {
    const report = {
      checkName: read.text("name") ?? "",
      passed: read.word("passed", ["true", "false"]) === "true",
      severity: read.word("severity", ["WARN", "ERROR"], "ERROR"),
      assetKey: read.text("asset"),
      metadata: metadataArgument(read),
    };
    return (pipes) => pipes.reportAssetCheck(report);
  },
};

/** Sends one report to the session of the launcher. Outside a session, prints the report. */
export async function reportCommand(read: CommandArguments): Promise<ExitStatus> {
  const send = REPORT_READERS[read.table.name]!(read);
  const params = new PipesEnvVarParamsLoader();
  if (!params.isDagsterPipesProcess()) {
    const { printReport } = await loadPart(() => import("./print_report.ts"));
    await printReport(send, read.text("asset") ?? PLACEHOLDER_ASSET);
  } else if (launcherOf(await params.loadMessagesParams())?.isShared === true) {
    await withDagsterPipes(send);
  } else {
    throw new DagsterPipesError(
      "unsupported",
      "Cannot report from here: only the launcher shares its session with other processes. " +
        "Start the script with dagsterpipes supervise",
    );
  }
  return { code: 0 };
}

/** Parses the metadata of a report: `NAME=TEXT`, or `NAME:TYPE=VALUE`. The report checks the values. */
function metadataArgument(read: CommandArguments): PipesMetadata {
  const metadata = new Map<string, object>();
  for (const text of read.texts("metadata")) {
    const [, name = "", type = "text", value = ""] = /^([^=]+?)(?::(\w*))?=(.*)$/s.exec(text) ??
      read.refuse(`--metadata must be like rows:int=120, got ${kindOf(text)}`);
    if (metadata.has(name)) read.refuse(`The metadata ${JSON.stringify(name)} is given twice`);
    metadata.set(name, { type, rawValue: parsedValue(read, name, type, value) });
  }
  return Object.fromEntries(metadata);
}

function parsedValue(read: CommandArguments, name: string, type: string, text: string): unknown {
  const types = PIPES_METADATA_TYPES.filter((known) => known !== "__infer__");
  if (!types.includes(type)) {
    const near = read.nearest(type, types);
    const advice = near ? `did you mean ${near}?` : `the types are ${types.join(", ")}`;
    read.refuse(`Unknown type of metadata ${JSON.stringify(type)}: ${advice}`);
  }
  if (!JSON_TYPES.includes(type)) return text;
  const number = Number(text);
  // Also ".5", which `bc` prints.
  if (type === "float" && text.trim() !== "" && !Number.isNaN(number)) return number;
  try {
    return type === "null" && text === "" ? null : parsePythonJson(text);
  } catch {
    const date = new Date(text);
    if (type === "timestamp" && !Number.isNaN(date.getTime())) return date;
    const what = `The metadata ${JSON.stringify(name)} of type ${type}`;
    return read.refuse(`${what} must be JSON, got ${kindOf(text)}`);
  }
}
