import { ValuePath } from "../../json/path.ts";
import { jsonText } from "../../json/value_text.ts";

/** What is read from a line goes no deeper than that. */
const RULES = { maxNesting: 1000, whyNoDeeper: "and no message goes so deep", whyFinite: "" };

/**
 * The JSON of what was read from a message. Integers keep all their digits; `NaN` and infinities,
 * which JSON has no words for, are strings.
 */
export function exactJson(value: unknown): string {
  const finite = withFiniteNumbers(value);
  return new ValuePath("value", RULES).reading((path) => jsonText(finite, path));
}

function withFiniteNumbers(value: unknown): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (Array.isArray(value)) return value.map(withFiniteNumbers);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, entry]) => [key, withFiniteNumbers(entry)]);
  return Object.fromEntries(entries);
}
