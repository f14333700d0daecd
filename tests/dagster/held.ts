/** A value that Python holds: the class of every part, and numbers as Python writes them. */
export type Held =
  | { readonly py: "None" }
  | { readonly py: string; readonly text: string }
  | { readonly py: string; readonly items: readonly Held[] }
  | {
    readonly py: "dict";
    readonly entries: readonly (readonly [Held, Held])[];
  }
  | { readonly py: string; readonly fields: Readonly<Record<string, Held>> };

/**
 * The value as Python would write it, more or less: `3` and `3.0` differ, and strings stand in
 * JSON's quotes.
 */
export function show(held: Held): string {
  if ("items" in held) return `[${held.items.map(show).join(", ")}]`;
  if ("entries" in held) {
    return `{${held.entries.map(([key, value]) => `${show(key)}: ${show(value)}`).join(", ")}}`;
  }
  if ("fields" in held) {
    return `${held.py}(${
      Object.entries(held.fields).map(([name, value]) => `${name}=${show(value)}`).join(", ")
    })`;
  }
  if (!("text" in held)) return "None";
  return held.py === "str" ? JSON.stringify(held.text) : held.text;
}

/** The value as JavaScript, for comparisons where the kind of a number does not matter. */
export function plain(held: Held): unknown {
  if ("items" in held) return held.items.map(plain);
  if ("entries" in held) {
    return Object.fromEntries(held.entries.map(([key, value]) => [plain(key), plain(value)]));
  }
  if ("fields" in held) {
    throw new TypeError(`Cannot read "${held.py}" as plain data`);
  }
  if (!("text" in held)) return null;
  if (held.py === "str") return held.text;
  return held.py === "bool" ? held.text === "True" : Number(held.text);
}
