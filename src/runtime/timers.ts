/**
 * Calls an action after a time, if the process still runs: unlike a plain timer, it does not keep a
 * finished process alive.
 *
 * @param action The function to call.
 * @param ms The time in milliseconds.
 * @returns A function that cancels the timer.
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
