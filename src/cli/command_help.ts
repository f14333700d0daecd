import type { CommandTable } from "./command_tables.ts";

const ARGUMENTS: Readonly<Record<CommandTable["argument"], string>> = {
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
  return `Usage: dagsterpipes ${name}${required.join("")} [OPTIONS]${ARGUMENTS[argument]}

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
