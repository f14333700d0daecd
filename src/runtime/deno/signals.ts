import type { CancelSignal, Runtime, SignalListener } from "../runtime.ts";

/**
 * How long a script goes on after a SIGTERM that may come from `--watch`, which restarts the script
 * after 500 ms.
 */
const WATCH_GRACE_MS = 700;

export function denoSignals(
  deno: typeof Deno,
): Pick<Runtime, "onSignal" | "raise" | "endBySignal"> {
  return {
    onSignal: (signal, listener) => listenToSignal(deno, signal, listener),
    raise(signal) {
      // Deno crashes if the first process of a container sends itself a signal without a listener.
      if (deno.pid !== 1 || isListenedTo(deno, signal)) deno.kill(deno.pid, signal);
    },
    endBySignal(signal) {
      // A signal does not end a process if something else listens to it.
      const canEnd = deno.pid !== 1 && !isListenedTo(deno, signal);
      const end = (): void => canEnd ? deno.kill(deno.pid, signal) : deno.exit();
      if (signal === "SIGTERM" && mayBeWatched(deno)) setTimeout(end, WATCH_GRACE_MS);
      else end();
    },
  };
}

/**
 * Whether something in this process listens to a signal, or may do so. Deno only reveals how many
 * signals have listeners: each is one resource.
 */
function isListenedTo(
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

function listenToSignal(
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

/**
 * Whether `--watch` may have sent the script a SIGTERM that Deno's own process did not receive: a
 * real SIGTERM would end that process.
 */
function mayBeWatched(deno: typeof Deno): boolean {
  // At a terminal, Deno might ask the user for the permission to read the file.
  if (deno.stdin.isTerminal()) return true;
  try {
    const command = deno.readTextFileSync("/proc/self/cmdline").split("\0").slice(0, -1);
    const own = command.slice(0, command.length - deno.args.length);
    return own.some((option) => option.startsWith("--watch"));
  } catch {
    return false;
  }
}
