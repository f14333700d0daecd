/**
 * Calls an action after a time, where the process still runs then: unlike a plain timer, it does
 * not keep a finished process alive.
 *
 * @param action What to call.
 * @param ms After how many milliseconds.
 * @returns What cancels it.
 */
export function setBackgroundTimer(action: () => void, ms: number): () => void {
  const timer: unknown = setTimeout(action, ms);
  if (typeof timer === "number") globalThis.Deno?.unrefTimer(timer);
  else if (hasUnref(timer)) timer.unref();
  return () => clearTimeout(timer as ReturnType<typeof setTimeout>);
}

function hasUnref(timer: unknown): timer is { unref(): void } {
  return typeof timer === "object" && timer !== null && "unref" in timer;
}

/** Keeps the event loop from running empty until a promise settles. */
export async function keepAlive(promise: Promise<void>): Promise<void> {
  const timer = setInterval(() => {}, 1000);
  try {
    await promise;
  } finally {
    clearInterval(timer);
  }
}
