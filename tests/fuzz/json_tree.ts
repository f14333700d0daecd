/** A JSON value as it is written: the text of its scalars and keys, entries that repeat a key too. */
export type Tree =
  | { readonly text: string }
  | { readonly items: Tree[] }
  | { readonly entries: [key: string, value: Tree][] };

/** A scalar by its text. */
export function scalar(text: string): Tree {
  return { text };
}

/** A string. */
export function string(value: string): Tree {
  return { text: JSON.stringify(value) };
}

/** An array. */
export function array(items: Tree[]): Tree {
  return { items };
}

/** An object. */
export function object(fields: Readonly<Record<string, Tree>>): Tree {
  return { entries: Object.entries(fields) };
}

/** The text of a tree, with what stands between its parts. */
export function treeText(tree: Tree, comma = ",", colon = ":"): string {
  if ("text" in tree) return tree.text;
  if ("items" in tree) {
    return `[${tree.items.map((item) => treeText(item, comma, colon)).join(comma)}]`;
  }
  const entries = tree.entries.map(([key, value]) =>
    `${JSON.stringify(key)}${colon}${treeText(value, comma, colon)}`
  );
  return `{${entries.join(comma)}}`;
}

/** A place in a tree, and how to put something else there. */
export interface Place {
  readonly tree: Tree;
  readonly replace: (by: Tree) => void;
}

/** All places below a tree. */
export function placesIn(tree: Tree): Place[] {
  if ("text" in tree) return [];
  const places: Place[] = "items" in tree
    ? tree.items.map((item, i) => ({ tree: item, replace: (by) => tree.items[i] = by }))
    : tree.entries.map((entry) => ({ tree: entry[1], replace: (by) => entry[1] = by }));
  return places.flatMap((place) => [place, ...placesIn(place.tree)]);
}
