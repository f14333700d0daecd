import { DagsterPipesError } from "../errors.ts";
import { PipesEnvVarParamsLoader } from "../loaders/env_params_loader.ts";
import type { ExitStatus } from "../process/exit_status.ts";
import { PIPES_LOG_LEVELS } from "../protocol/framing.ts";
import { launcherOf } from "../protocol/launcher_params.ts";
import { withDagsterPipes } from "../session/lifecycle.ts";
import type { PipesContext } from "../session/pipes_context.ts";
import { loadPart } from "../runtime/load_part.ts";
import type { CommandArguments } from "./command_arguments.ts";
import { metadataArgument } from "./report_metadata.ts";

/** Sends one report. */
type SendReport = (pipes: PipesContext) => void;

/** The asset of a report that is only printed and does not name one. */
const PLACEHOLDER_ASSET = "the_asset_of_the_step";

const REPORT_READERS: Readonly<Record<string, (read: CommandArguments) => SendReport>> = {
  "report log": readLogReport,
  "report materialization": readMaterializationReport,
  "report check": readCheckReport,
};

/**
 * Sends one report in a session of its own, which the launcher makes a part of its session. Outside
 * a session, prints the report.
 */
export async function reportCommand(read: CommandArguments): Promise<ExitStatus> {
  const send = REPORT_READERS[read.commandName]!(read);
  const params = new PipesEnvVarParamsLoader();
  if (!params.isDagsterPipesProcess()) {
    const { printReport } = await loadPart(() => import("./print_report.ts"));
    await printReport(send, read.text("asset") ?? PLACEHOLDER_ASSET);
  } else if (launcherOf(await params.loadMessagesParams())?.isShared === true) {
    await withDagsterPipes(send);
  } else {
    throw new DagsterPipesError(
      "unsupported",
      "Cannot report from here: each process that Dagster starts has one session, and only the " +
        "launcher shares it. Start the script by dagsterpipes supervise",
    );
  }
  return { code: 0 };
}

function readLogReport(read: CommandArguments): SendReport {
  const level = read.word("level", PIPES_LOG_LEVELS, "INFO");
  return (pipes) => pipes.log(read.words.join(" "), level);
}

function readMaterializationReport(read: CommandArguments): SendReport {
  const report = {
    assetKey: read.text("asset"),
    metadata: metadataArgument(read),
    dataVersion: read.text("data-version"),
  };
  return (pipes) => pipes.reportAssetMaterialization(report);
}

function readCheckReport(read: CommandArguments): SendReport {
  const report = {
    checkName: read.text("name") ?? "",
    passed: read.word("passed", ["true", "false"]) === "true",
    severity: read.word("severity", ["WARN", "ERROR"], "ERROR"),
    assetKey: read.text("asset"),
    metadata: metadataArgument(read),
  };
  return (pipes) => pipes.reportAssetCheck(report);
}
