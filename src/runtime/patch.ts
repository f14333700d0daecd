/**
 * Replaces a method of an object by one made from it. Returns what puts the old one back; where somebody else has replaced
 * ours in the meantime, ours only passes calls on from then on, so that theirs goes on working.
 */
export function patch<
  K extends PropertyKey,
  T extends Record<K, (...args: never[]) => unknown>,
>(
  target: T,
  key: K,
  wrap: (original: T[K]) => T[K],
): () => void {
  const isOwn = Object.hasOwn(target, key);
  const original = target[key];
  const wrapped = wrap(original);
  let isOn = true;
  const replacement = new Proxy(original, {
    apply: (_, self, args) =>
      Reflect.apply(isOn ? wrapped : original, self, args),
  });
  target[key] = replacement;
  return () => {
    isOn = false;
    if (target[key] !== replacement) return;
    if (isOwn) target[key] = original;
    else delete (target as Partial<T>)[key];
  };
}

/** Undoes what was done, the last first. */
export function undoAll(undo: (() => void)[]): () => void {
  return () => {
    for (const step of undo.splice(0).reverse()) step();
  };
}
