import { DagsterPipesError } from "../errors.ts";

/**
 * Replaces a method of an object by one made from it. Returns what puts the old one back; where
 * somebody else has replaced ours in the meantime, ours only passes calls on from then on, so that
 * theirs goes on working.
 */
export function replaceMethod<
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
    apply: (_, self, args) => Reflect.apply(isOn ? wrapped : original, self, args),
  });
  try {
    target[key] = replacement;
  } catch (cause) {
    throw new DagsterPipesError(
      "unsupported",
      `Cannot see what this process prints: "${
        String(key)
      }" cannot be replaced. Capture nothing, or do not freeze what has it`,
      { cause },
    );
  }
  return () => {
    isOn = false;
    if (target[key] !== replacement) return;
    if (isOwn) target[key] = original;
    else delete (target as Partial<T>)[key];
  };
}

/**
 * Starts all, or none where one of them fails: each returns what stops it. Returns what stops them,
 * the last first.
 */
export function startAll(starts: readonly (() => () => void)[]): () => void {
  const stops: (() => void)[] = [];
  const stopAll = (): void => {
    for (const stop of stops.splice(0).reverse()) stop();
  };
  try {
    for (const start of starts) stops.push(start());
    return stopAll;
  } catch (error) {
    stopAll();
    throw error;
  }
}
