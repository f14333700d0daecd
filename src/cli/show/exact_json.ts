/** TypeScript does not declare `rawJSON`, whose objects `stringify` writes as their text. */
const { rawJSON, stringify } = JSON as JSON & { rawJSON(text: string): object };

/** Writes JSON with all digits of integers. `NaN` and the infinities become strings. */
export function exactJson(value: unknown): string {
  return stringify(value, (_, part: unknown) => {
    if (typeof part === "bigint") return rawJSON(String(part));
    if (Object.is(part, -0)) return rawJSON("-0.0");
    return typeof part === "number" && !Number.isFinite(part) ? String(part) : part;
  });
}
