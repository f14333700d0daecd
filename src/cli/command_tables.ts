/** An option of a command. */
export interface CommandOption {
  /** What stands for its value in the help. An option without it is a flag. */
  readonly value?: string;
  readonly help: string;
  /** Whether it may be given several times. */
  readonly isRepeatable?: boolean;
  readonly isRequired?: boolean;
  /** The name that it had in an earlier version. */
  readonly formerName?: string;
}

/** A command: its help and its parser are made from this table. */
export interface CommandTable {
  /** One word, or two. */
  readonly name: string;
  /** What follows the options: a command after `--`, the words of a text, or nothing. */
  readonly argument: "command" | "text" | "none";
  /** One line for the list of all commands. */
  readonly summary: string;
  readonly description: string;
  readonly options: Readonly<Record<string, CommandOption>>;
}

/** The command that runs a script without Dagster. */
export const RUN_TABLE: CommandTable = {
  name: "run",
  argument: "command",
  summary: "run a script without Dagster and show what it reports",
  description:
    `Runs COMMAND in place of Dagster. Shows what it reports and how Dagster would judge it.
Ends as COMMAND ends, or with 1 if COMMAND succeeds and Dagster would fail the step.`,
  options: {
    asset: { value: "KEY", isRepeatable: true, help: "an asset of the step" },
    check: {
      value: "[ASSET:]NAME",
      isRepeatable: true,
      help: "a check that the step declares",
    },
    extras: { value: "FILE|JSON", help: "the extras of the step" },
    extra: {
      value: "NAME=VALUE",
      isRepeatable: true,
      help: "one more extra; VALUE is JSON, or else text",
    },
    partition: { value: "KEY|FROM..TO", help: "the partition, or the first and the last one" },
    window: { value: "START..END", help: "the time window of the partitions" },
    retry: { value: "N", help: "how many times the step was tried before" },
    context: { value: "FILE", help: "a context that Dagster wrote, instead of the options above" },
    messages: {
      value: "WHERE",
      help: "where messages go: file (default), stdout or stderr",
      formerName: "channel",
    },
    timeout: { value: "SECONDS", help: "end COMMAND after this time, with exit code 124" },
    grace: {
      value: "SECONDS",
      help: "kill COMMAND this long after a cancel or the timeout (default 15)",
    },
    strict: { help: "end with 1 if Dagster would warn, too" },
    json: { help: "print only the events, one JSON object per line" },
    watch: { help: "run again when a source file below this folder changes" },
  },
};

/** The command that owns a session for another command. */
export const SUPERVISE_TABLE: CommandTable = {
  name: "supervise",
  argument: "command",
  summary: "run any command under Dagster and report how it ends",
  description: "Runs COMMAND in a session of its own and reports to Dagster how it ends.",
  options: {
    timeout: { value: "SECONDS", help: "end COMMAND after this time, with exit code 124" },
    grace: {
      value: "SECONDS",
      help: "kill COMMAND this long after a cancel or the timeout (default 15)",
    },
    log: {
      value: "STREAM=LEVEL",
      isRepeatable: true,
      help: "send the lines of a stream as log messages, as in\nstdout=INFO,stderr=WARNING",
    },
    transport: {
      value: "MODULE",
      help: "reach Dagster by the paramsLoader, contextLoader and messageWriter\n" +
        "of the default export of MODULE",
      formerName: "channel",
    },
    "no-stderr-tail": { help: "keep the last lines of stderr out of the exception" },
  },
};

const REPORT_DESCRIPTION =
  "Use it in a script under dagsterpipes supervise. Outside a session it only prints the report.";

const ASSET: CommandOption = { value: "KEY", help: "the asset, if the step has several" };

const METADATA: CommandOption = {
  value: "NAME[:TYPE]=VALUE",
  isRepeatable: true,
  help: "a value; TYPE is text by default, or int, float, bool, url, path,\n" +
    "md, json, table, timestamp",
};

/** The commands that send one report. */
export const REPORT_TABLES: readonly CommandTable[] = [
  {
    name: "report log",
    argument: "text",
    summary: "send a log message from a shell script under supervise",
    description: REPORT_DESCRIPTION,
    options: {
      level: { value: "LEVEL", help: "DEBUG, INFO (default), WARNING, ERROR or CRITICAL" },
    },
  },
  {
    name: "report materialization",
    argument: "none",
    summary: "report that an asset was materialized",
    description: REPORT_DESCRIPTION,
    options: {
      asset: ASSET,
      metadata: METADATA,
      "data-version": { value: "VERSION", help: "the version of the data" },
    },
  },
  {
    name: "report check",
    argument: "none",
    summary: "report the result of an asset check",
    description: REPORT_DESCRIPTION,
    options: {
      name: { value: "NAME", isRequired: true, help: "the name of the check" },
      passed: { value: "true|false", isRequired: true, help: "its result" },
      asset: ASSET,
      severity: { value: "WARN|ERROR", help: "how severe a failure is (default ERROR)" },
      metadata: METADATA,
    },
  },
];

/** What follows the options in the usage. */
const ARGUMENT_USAGE: Readonly<Record<CommandTable["argument"], string>> = {
  command: " -- COMMAND...",
  text: " TEXT...",
  none: "",
};

/** What `--help` prints for a command. */
export function commandHelp({ name, argument, description, options }: CommandTable): string {
  const entries = Object.entries(options).map(([option, details]) => ({
    ...details,
    usage: details.value === undefined ? `--${option}` : `--${option} ${details.value}`,
  }));
  const required = entries.filter(({ isRequired }) => isRequired).map(({ usage }) => ` ${usage}`);
  const rows = entries.map(({ usage, help, isRepeatable }) =>
    [usage, isRepeatable ? `${help}; may be repeated` : help] as const
  );
  return `Usage: dagsterpipes ${name}${required.join("")} [OPTIONS]${ARGUMENT_USAGE[argument]}

${description}

${twoColumns(rows)}`;
}

/** What `dagsterpipes --help` prints: a list of all commands. */
export function overviewHelp(tables: readonly CommandTable[]): string {
  return `Usage: dagsterpipes COMMAND

${twoColumns(tables.map(({ name, summary }) => [name, summary]))}

dagsterpipes COMMAND --help describes a command, dagsterpipes --version prints the version.`;
}

function twoColumns(rows: readonly (readonly [left: string, right: string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) =>
    `  ${left.padEnd(width)}  ${right.replaceAll("\n", `\n${" ".repeat(width + 4)}`)}`
  ).join("\n");
}
