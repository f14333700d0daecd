/**
 * Replaces a method of an object by one made from it. Returns what puts the old one back; where
 * somebody else has replaced ours in the meantime, ours only passes calls on from then on, so that
 * theirs goes on working.
 *
 * @param wrap Is given the method, and the function that its callers' stacks begin behind.
 * @param onUnseen Called where the method cannot be replaced, and is left as it is.
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
  // What is not there prints nothing.
  if (typeof original !== "function") return () => {};
  let isOn = true;
  const apply = (_: unknown, self: unknown, args: unknown[]): unknown => {
    // Bun leaves a function out of the stack whose last act is a call.
    const result: unknown = Reflect.apply(isOn ? wrapped : original, self, args);
    return result;
  };
  const wrapped = wrap(original, apply);
  const replacement = new Proxy<T[K]>(original, { apply });
  if (!setMethod(target, key, replacement)) {
    onUnseen();
    return () => {};
  }
  return () => {
    isOn = false;
    if (target[key] !== replacement) return;
    if (isOwn) setMethod(target, key, original);
    else Reflect.deleteProperty(target, key);
  };
}

/** Returns whether it is there: what is frozen stays as it is. */
function setMethod<K extends PropertyKey, T extends Record<K, unknown>>(
  target: T,
  key: K,
  method: T[K],
): boolean {
  try {
    target[key] = method;
    return target[key] === method;
  } catch {
    return false;
  }
}

/** Starts all: each returns what stops it. Returns what stops them, the last first. */
export function startAll(starts: readonly (() => () => void)[]): () => void {
  const stops = starts.map((start) => start());
  return () => {
    for (const stop of stops.splice(0).reverse()) stop();
  };
}
