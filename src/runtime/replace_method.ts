/**
 * Replaces a method of an object. Returns a function that restores the old method. If something
 * else has replaced the new method since then, the new one stays and only calls the old one.
 *
 * @param wrap Creates the new method from the old one. A stack trace that starts after `caller`
 * begins with the caller of the method.
 * @param onUnseen Called if the method cannot be replaced.
 */
export function replaceMethod<
  K extends PropertyKey,
  T extends Record<K, (...args: never[]) => unknown>,
>(
  target: T,
  key: K,
  wrap: (original: T[K], caller: (...args: never[]) => unknown) => T[K],
  onUnseen: () => void = () => {},
): () => void {
  const isOwn = Object.hasOwn(target, key);
  const original = target[key];
  if (typeof original !== "function") return () => {};
  let isOn = true;
  const apply = (_: unknown, self: unknown, args: unknown[]): unknown => {
    // A call in tail position would be missing in the stack on Bun.
    const result: unknown = Reflect.apply(isOn ? wrapped : original, self, args);
    return result;
  };
  const wrapped = wrap(original, apply);
  const replacement = new Proxy<T[K]>(original, { apply });
  // A frozen object does not change.
  if (!Reflect.set(target, key, replacement) || target[key] !== replacement) {
    onUnseen();
    return () => {};
  }
  return () => {
    isOn = false;
    if (target[key] !== replacement) return;
    if (isOwn) Reflect.set(target, key, original);
    else Reflect.deleteProperty(target, key);
  };
}

/** Returns a function that calls others, the last one first. */
export function stopAll(stops: readonly (() => void)[]): () => void {
  return () => {
    for (const stop of stops.toReversed()) stop();
  };
}
