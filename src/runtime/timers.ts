/**
 * Calls an action after a time in milliseconds, unless the process ends before. Returns a function
 * that cancels this.
 */
export function setBackgroundTimer(action: () => void, ms: number): () => void {
  const timer = setTimeout(action, ms);
  if (typeof timer === "number") globalThis.Deno?.unrefTimer(timer);
  else Object(timer).unref?.();
  return () => clearTimeout(timer);
}

/** Keeps the event loop running until a promise settles. */
export async function keepAlive(promise: Promise<void>): Promise<void> {
  const timer = setInterval(() => {}, 1000);
  try {
    await promise;
  } finally {
    clearInterval(timer);
  }
}
