import type { CancelSignal, SignalListener } from "../runtime.ts";

/**
 * Whether something in this process listens to a signal, or may do so: Deno does not reveal that. A
 * signal is one resource, however many listeners it has.
 */
export function isListenedTo(
  deno: typeof Deno & { readonly internal?: symbol },
  signal: CancelSignal,
): boolean {
  const count = (): number => {
    const resources: unknown = Reflect.get(deno, deno.internal ?? "")?.core?.resources?.();
    return Object.values(Object(resources)).filter((name) => name === "signal").length;
  };
  const listener = (): void => {};
  const before = count();
  deno.addSignalListener(signal, listener);
  const isFirst = count() > before;
  deno.removeSignalListener(signal, listener);
  return !isFirst;
}

/**
 * Listens to a signal, if the platform has it.
 *
 * @returns A function that removes the listener.
 */
export function listenToSignal(
  deno: typeof Deno,
  signal: CancelSignal,
  listener: SignalListener,
): () => void {
  let wasShared: boolean;
  const remove = (): void => deno.removeSignalListener(signal, onSignal);
  const onSignal = (): void =>
    listener(() => {
      remove();
      const isShared = wasShared || isListenedTo(deno, signal);
      deno.addSignalListener(signal, onSignal);
      return isShared;
    });
  try {
    // An earlier listener may remove itself when it is called, which is before this one is.
    wasShared = isListenedTo(deno, signal);
    deno.addSignalListener(signal, onSignal);
  } catch {
    // This platform does not have the signal.
    return () => {};
  }
  return remove;
}
