import { floatText } from "../../json/write_json.ts";
import { isRecord } from "../../json/kinds.ts";
import type { RecordedMetadata, RecordedMetadataValue } from "../../local/recorded.ts";
import { printable } from "../../runtime/notice.ts";
import { exactJson } from "./exact_json.ts";

const MAX_SHOWN_ROWS = 10;
const MAX_VALUE_CHARACTERS = 200;
const MAX_COLUMN_CHARACTERS = 48;

/** The Markdown of a picture, as `MetadataValue.image` writes it. */
const PICTURE = /^!\[((?:[^\]\\]|\\.)*)\]\((?:data:image\/([\w+]+);base64,([\w+/=]*)|(\S+))\)$/;

/** Shows metadata as lines: label, type and value in columns, and tables below. */
export function metadataLines(metadata: RecordedMetadata): string[] {
  const entries = Object.entries(metadata);
  const heads = alignedColumns(entries.map(([label, { type }]) => [`${label}:`, type, ""]));
  const width = Math.max(...heads.map((head) => head.length));
  return entries.flatMap(([, value], index) => {
    const [first = "", ...rest] = valueLines(value);
    const line = `${heads[index]!.padEnd(width)}  ${first}`.trimEnd();
    return [line, ...rest.map((line) => `  ${line}`)];
  });
}

function valueLines({ type, rawValue: raw }: RecordedMetadataValue): string[] {
  switch (type) {
    case "float":
      return [typeof raw === "number" ? floatText(raw) : String(raw)];
    case "timestamp":
      return [timeText(Number(raw))];
    case "md":
      return [pictureText(String(raw)) ?? shownText(String(raw))];
    case "table":
      return tableLines(raw);
    case "table_schema":
      return schemaLines(raw);
    case "table_column_lineage":
      return lineageLines(raw);
    default:
      return [shownText(cellText(raw))];
  }
}

function shownText(text: string): string {
  const line = shortened(printableLine(text), MAX_VALUE_CHARACTERS);
  return text.length <= MAX_VALUE_CHARACTERS ? line : `${line} (${text.length} characters)`;
}

function timeText(seconds: number): string {
  const time = new Date(seconds * 1000);
  return Number.isNaN(time.getTime()) ? String(seconds) : time.toISOString();
}

/** Describes a picture by its kind and size, or by its address; `undefined` for other Markdown. */
function pictureText(markdown: string): string | undefined {
  const [all, alt = "", kind, data, address] = PICTURE.exec(markdown) ?? [];
  if (all === undefined) return undefined;
  const name = alt === "" ? "" : ` "${alt.replace(/\\(.)/g, "$1")}"`;
  if (data === undefined) return `picture${name} at ${address}`;
  const bytes = Math.floor(data.replace(/=+$/, "").length * 3 / 4);
  const size = bytes < 1024 ? `${bytes} bytes` : `${(bytes / 1024).toFixed(1)} KiB`;
  return `picture${name}, ${kind === "svg+xml" ? "SVG" : kind?.toUpperCase()}, ${size}`;
}

function tableLines(raw: unknown): string[] {
  const { records, schema } = isRecord(raw) ? raw : {};
  const rows = recordsOf(records);
  const names = recordsOf(schema).map(({ name }) => String(name));
  const header = names.length > 0 ? names : Object.keys(rows[0] ?? {});
  const shown = rows.slice(0, MAX_SHOWN_ROWS).map((row) =>
    header.map((name) => cellText(row[name]))
  );
  const more = rows.length - shown.length;
  return [
    counted(rows, "record"),
    ...alignedColumns([header, ...shown]),
    ...(more > 0 ? [`… ${more} more`] : []),
  ];
}

function schemaLines(raw: unknown): string[] {
  const { columns } = isRecord(raw) ? raw : {};
  const rows = recordsOf(columns).map((column) =>
    [column.name, column.type, column.description ?? ""].map(String)
  );
  return [counted(rows, "column"), ...alignedColumns(rows)];
}

function lineageLines(raw: unknown): string[] {
  const { deps_by_column: deps } = isRecord(raw) ? raw : {};
  const lines = Object.entries(isRecord(deps) ? deps : {}).map(([column, from]) => {
    const sources = recordsOf(from).map(({ asset_key: key, column_name: name }) =>
      `${Array.isArray(key) ? key.join("/") : key}.${name}`
    );
    return `${column} <- ${sources.join(", ")}`;
  });
  return [counted(lines, "column"), ...lines];
}

function counted({ length }: readonly unknown[], noun: string): string {
  return `${length} ${noun}${length === 1 ? "" : "s"}`;
}

function recordsOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function cellText(cell: unknown): string {
  return typeof cell === "string" ? cell : exactJson(cell ?? null);
}

function alignedColumns(rows: readonly (readonly string[])[]): string[] {
  const short = rows.map((row) =>
    row.map((cell) => shortened(printableLine(cell), MAX_COLUMN_CHARACTERS))
  );
  const width = (column: number): number =>
    Math.max(...short.map((row) => row[column]?.length ?? 0));
  const widths = short[0]?.map((_, column) => width(column)) ?? [];
  return short.map((row) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd()
  );
}

function shortened(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`;
}

function printableLine(text: string): string {
  return printable(text).replaceAll("\n", "\\n").replaceAll("\t", "\\t");
}
