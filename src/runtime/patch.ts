/**
 * Replaces a method of an object by one made from it. Returns what puts the old one back; where somebody else has replaced
 * ours in the meantime, it steps aside instead, so that theirs goes on working.
 */
export function patch<T extends object, K extends keyof T>(
  target: T,
  key: K,
  wrap: (original: T[K]) => T[K],
): () => void {
  const isOwn = Object.hasOwn(target, key);
  const original = target[key];
  const replacement = wrap(original);
  target[key] = replacement;
  return () => {
    if (target[key] !== replacement) return;
    if (isOwn) target[key] = original;
    else delete target[key];
  };
}

/** Undoes what was done, the last first. */
export function undoAll(undo: (() => void)[]): () => void {
  return () => {
    for (const step of undo.splice(0).reverse()) step();
  };
}
