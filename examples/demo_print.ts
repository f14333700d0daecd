/**
 * Shows Pipes messages to a person, one event at a time.
 *
 * @module
 */

type Json = Record<string, unknown>;
type Colour = "red" | "green" | "yellow" | "cyan" | "grey";

const CODES: Readonly<Record<Colour, number>> = {
  red: 31,
  green: 32,
  yellow: 33,
  cyan: 36,
  grey: 90,
};
const LEVEL_COLOURS: Readonly<Record<string, Colour>> = {
  DEBUG: "grey",
  WARNING: "yellow",
  ERROR: "red",
  CRITICAL: "red",
};
const isColoured = Deno.stdout.isTerminal() && !Deno.noColor;

function paint(text: string, colour: Colour): string {
  return isColoured ? `\x1b[${CODES[colour]}m${text}\x1b[39m` : text;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function event(label: string, colour: Colour, text = ""): void {
  console.log(`${paint(label.padEnd(16), colour)} ${text}`.trimEnd());
}

function detail(label: string, text: string): void {
  console.log(`${" ".repeat(17)}${paint(label, "grey")} ${text}`);
}

/** The rows of a table under its header, in columns. */
function printTable(name: string, records: readonly unknown[]): void {
  const rows = records.filter(isObject);
  const header = Object.keys(rows[0] ?? {});
  const cells = [header, ...rows.map((row) => header.map((column) => String(row[column])))];
  const widths = header.map((_, i) => Math.max(...cells.map((row) => (row[i] ?? "").length)));
  detail(`${name}:`, `a table of ${rows.length} records`);
  for (const row of cells) {
    const line = row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ");
    console.log(`${" ".repeat(19)}${line.trimEnd()}`);
  }
}

function printMetadata(metadata: unknown, line: string): void {
  if (!isObject(metadata)) return;
  for (const [name, value] of Object.entries(metadata)) {
    if (!isObject(value)) continue;
    const { raw_value: raw, type } = value;
    if (type === "table" && isObject(raw) && Array.isArray(raw.records)) {
      printTable(name, raw.records);
      continue;
    }
    // The number as it stands on the wire: `1.0` is a float for Dagster, `1` is not.
    const number = typeof raw === "number" &&
      new RegExp(`${JSON.stringify(name)}:\\{"raw_value":([^,}]+)`).exec(line);
    const text = number ? number[1] ?? "" : JSON.stringify(raw);
    detail(`${name}:`, `${text} ${paint(`(${type})`, "grey")}`);
  }
}

function printException(exception: unknown): void {
  if (!isObject(exception)) return;
  detail(`${exception.name ?? "thrown"}:`, String(exception.message));
  if (!Array.isArray(exception.stack)) return;
  for (const entry of exception.stack) detail(" ", String(entry).trimEnd());
}

/** Prints one line of the messages file. Says whether it was the last, `closed`. */
export function printMessage(line: string): boolean {
  const message: unknown = JSON.parse(line);
  if (!isObject(message) || !isObject(message.params)) {
    throw new TypeError(`Cannot show what is not a message: ${line}`);
  }
  const { method, params } = message;
  switch (method) {
    case "opened":
      event("opened", "cyan");
      break;
    case "log": {
      const level = String(params.level);
      const colour = LEVEL_COLOURS[level] ?? "cyan";
      event(`log ${level}`, colour, String(params.message));
      break;
    }
    case "report_asset_materialization":
      event("materialization", "green", String(params.asset_key));
      if (params.data_version) {
        detail("data version:", String(params.data_version));
      }
      printMetadata(params.metadata, line);
      break;
    case "report_asset_check": {
      const outcome = params.passed ? "passed" : `failed (${params.severity})`;
      event(
        "check",
        params.passed ? "green" : "red",
        `${params.asset_key} ${params.check_name}: ${outcome}`,
      );
      printMetadata(params.metadata, line);
      break;
    }
    case "report_custom_message":
      event("custom message", "cyan", JSON.stringify(params.payload));
      break;
    case "log_external_stream":
      event(String(params.stream), "grey", String(params.text));
      break;
    case "closed":
      event("closed", "exception" in params ? "red" : "cyan");
      printException(params.exception);
      return true;
    default:
      event(String(method), "yellow", JSON.stringify(params));
  }
  return false;
}

/** Prints how the process ended. */
export function printClosing(isClosed: boolean, code: number): void {
  if (!isClosed) {
    event("error", "red", "the process ended without a closed message");
  }
  event("exit code", code === 0 ? "green" : "red", String(code));
}
