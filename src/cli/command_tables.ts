/** An option of a command. One without a value is a flag. */
export interface CommandOption {
  readonly help: string;
  /** The placeholder of its value in the help. */
  readonly value?: string;
  readonly isList?: boolean;
  readonly isRequired?: boolean;
}

/** A command. Its help and its parser come from this table. */
export interface CommandTable {
  readonly name: string;
  /** What follows the options: a command after `--`, a text, or nothing. */
  readonly argument: "command" | "text" | "none";
  readonly summary: string;
  readonly description: string;
  readonly options: Readonly<Record<string, CommandOption>>;
}

const textOption = (value: string, help: string): CommandOption => ({ value, help });
const listOption = (value: string, help: string): CommandOption => ({ value, help, isList: true });

const TIMEOUT_OPTION = textOption("SECONDS", "end COMMAND after this time, with exit code 124");
const GRACE_OPTION = textOption(
  "SECONDS",
  "kill COMMAND this long after a cancel or timeout (default 15)",
);

export const RUN_TABLE: CommandTable = {
  name: "run",
  argument: "command",
  summary: "run a script without Dagster and show what it reports",
  description:
    `Runs COMMAND in place of Dagster. Shows what it reports and how Dagster would judge it.
Ends as COMMAND ends, or with 1 if COMMAND succeeds and Dagster would fail the step.`,
  options: {
    asset: listOption("KEY", "an asset of the step"),
    check: listOption("[ASSET:]NAME", "a check that the step declares"),
    extras: textOption("FILE|JSON", "the extras of the step"),
    extra: listOption("NAME=VALUE", "one more extra; VALUE is JSON, or else text"),
    partition: textOption("KEY|FROM..TO", "the partition, or the first and the last one"),
    window: textOption("START..END", "the time window of the partitions"),
    retry: textOption("N", "how many times the step was tried before"),
    context: textOption("FILE", "a context that Dagster wrote, instead of the options above"),
    messages: textOption("WHERE", "where messages go: file (default), stdout or stderr"),
    timeout: TIMEOUT_OPTION,
    grace: GRACE_OPTION,
    strict: { help: "end with 1 if Dagster would warn, too" },
    json: { help: "print only the events, one JSON object per line" },
    watch: { help: "run again when a source file below this folder changes" },
  },
};

export const SUPERVISE_TABLE: CommandTable = {
  name: "supervise",
  argument: "command",
  summary: "run any command under Dagster and report how it ends",
  description: "Runs COMMAND in a session of its own and reports to Dagster how it ends.",
  options: {
    timeout: TIMEOUT_OPTION,
    grace: GRACE_OPTION,
    log: listOption("STREAM=LEVEL", "log what a stream prints, as in stdout=INFO,stderr=WARNING"),
    transport: textOption("MODULE", "a module that exports by default how to reach Dagster"),
    "no-stderr-tail": { help: "keep the last lines of stderr out of the exception" },
  },
};

const REPORT_DESCRIPTION =
  "Use it in a script under dagsterpipes supervise. Outside a session it only prints the report.";
const ASSET_OPTION = textOption("KEY", "the asset, if the step has several");
const METADATA_OPTION = listOption(
  "NAME[:TYPE]=VALUE",
  "a value, as in rows:int=120; TYPE is text by default",
);

export const REPORT_TABLES: readonly CommandTable[] = [{
  name: "report log",
  argument: "text",
  summary: "send a log message from a shell script under supervise",
  description: REPORT_DESCRIPTION,
  options: { level: textOption("LEVEL", "DEBUG, INFO (default), WARNING, ERROR or CRITICAL") },
}, {
  name: "report materialization",
  argument: "none",
  summary: "report that an asset was materialized",
  description: REPORT_DESCRIPTION,
  options: {
    asset: ASSET_OPTION,
    metadata: METADATA_OPTION,
    "data-version": textOption("VERSION", "the version of the data"),
  },
}, {
  name: "report check",
  argument: "none",
  summary: "report the result of an asset check",
  description: REPORT_DESCRIPTION,
  options: {
    name: { value: "NAME", help: "the name of the check", isRequired: true },
    passed: { value: "true|false", help: "its result", isRequired: true },
    asset: ASSET_OPTION,
    severity: textOption("WARN|ERROR", "how severe a failure is (default ERROR)"),
    metadata: METADATA_OPTION,
  },
}];

const ARGUMENT_USAGE = { command: " -- COMMAND...", text: " TEXT...", none: "" } as const;

export function commandHelp({ name, argument, description, options }: CommandTable): string {
  let usage = name;
  const rows = Object.entries(options).map(([option, { value, help, isList, isRequired }]) => {
    const left = `--${option}${value === undefined ? "" : ` ${value}`}`;
    if (isRequired) usage += ` ${left}`;
    return [left, isList ? `${help}; may be repeated` : help] as const;
  });
  usage += ` [OPTIONS]${ARGUMENT_USAGE[argument]}`;
  return `Usage: dagsterpipes ${usage}\n\n${description}\n\n${twoColumns(rows)}`;
}

export function overviewHelp(tables: readonly CommandTable[]): string {
  return `Usage: dagsterpipes COMMAND

${twoColumns(tables.map(({ name, summary }) => [name, summary]))}

dagsterpipes COMMAND --help describes a command, dagsterpipes --version prints the version.`;
}

function twoColumns(rows: readonly (readonly [left: string, right: string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
}
