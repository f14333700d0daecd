/** `rawJSON`, which TypeScript does not declare, returns an object that `stringify` writes as the text. */
const { rawJSON, stringify } = JSON as JSON & { rawJSON(text: string): object };

/**
 * The JSON of what was read from a message. Integers keep all their digits; `NaN` and the
 * infinities, which JSON does not have, are strings.
 */
export function exactJson(value: unknown): string {
  return stringify(value, (_, part: unknown) => {
    if (typeof part === "bigint") return rawJSON(String(part));
    if (Object.is(part, -0)) return rawJSON("-0.0");
    return typeof part === "number" && !Number.isFinite(part) ? String(part) : part;
  });
}
