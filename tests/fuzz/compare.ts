import type { Held } from "../dagster/held.ts";

/**
 * Where two values differ, in words; nothing where they are the same.
 *
 * @param inAnyOrder Whether the entries of a dict may have another order: Dagster's storage sorts
 * some of them.
 */
export function difference(
  expected: Held,
  actual: Held,
  inAnyOrder = false,
  path = "",
): string | undefined {
  const differs = `at "${path}": expected ${brief(expected)}, held ${brief(actual)}`;
  if (expected.py === "set" && "items" in expected && "items" in actual) {
    const found = expected.items.every((item) =>
      actual.items.some((held) => difference(item, held) === undefined)
    );
    return found && expected.items.length === actual.items.length ? undefined : differs;
  }
  if (expected.py !== actual.py) return differs;
  if ("items" in expected) {
    if (!("items" in actual) || expected.items.length !== actual.items.length) return differs;
    return first(
      expected.items,
      (item, i) => difference(item, actual.items[i]!, inAnyOrder, `${path}[${i}]`),
    );
  }
  if ("entries" in expected) {
    if (!("entries" in actual) || expected.entries.length !== actual.entries.length) return differs;
    const [wanted, held] = [expected.entries, actual.entries].map((entries) =>
      inAnyOrder ? entries.toSorted(byKey) : entries
    );
    return first(wanted!, ([key, value], i) => {
      const [heldKey, heldValue] = held![i]!;
      return difference(key, heldKey, inAnyOrder, `${path} key ${i}`) ??
        difference(value, heldValue, inAnyOrder, `${path}.${brief(key)}`);
    });
  }
  if ("fields" in expected) {
    if (!("fields" in actual)) return differs;
    const names = Object.keys(expected.fields);
    // The cells of a record have the order that its script gave them, its schema that of the table.
    const isUnordered = inAnyOrder || expected.py === "TableRecord";
    if (String(names) !== String(Object.keys(actual.fields))) return differs;
    return first(
      names,
      (name) =>
        difference(expected.fields[name]!, actual.fields[name]!, isUnordered, `${path}.${name}`),
    );
  }
  if (!("text" in expected)) return undefined;
  if (!("text" in actual)) return differs;
  const same = expected.py === "float"
    ? Object.is(Number(expected.text), pythonFloat(actual.text))
    : expected.text === actual.text;
  return same ? undefined : differs;
}

/** A float as Python writes it: the fewest digits that give it back, as in JavaScript. */
export function pythonFloat(repr: string): number {
  const sign = repr.startsWith("-") ? -1 : 1;
  return repr.endsWith("inf") ? sign * Infinity : Number(repr);
}

function first<T>(
  list: readonly T[],
  find: (item: T, index: number) => string | undefined,
): string | undefined {
  for (const [i, item] of list.entries()) {
    const found = find(item, i);
    if (found !== undefined) return found;
  }
  return undefined;
}

function byKey([a]: readonly [Held, Held], [b]: readonly [Held, Held]): number {
  return brief(a) < brief(b) ? -1 : 1;
}

function brief(held: Held): string {
  return JSON.stringify(held).slice(0, 6000);
}
