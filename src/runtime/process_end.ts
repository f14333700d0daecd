import type { NodeProcess } from "./node.ts";
import type { ProcessEnd } from "./runtime.ts";

/** Keeps the event loop from running empty until a promise settles. */
export async function keepAlive(promise: Promise<void>): Promise<void> {
  const timer = setInterval(() => {}, 1000);
  try {
    await promise;
  } finally {
    clearInterval(timer);
  }
}

/** Calls a listener when the process ends, on Node; on Bun too, but for rejections. */
export function listenToNodeEnd(
  process: NodeProcess,
  listener: (end: ProcessEnd) => void | Promise<void>,
): () => void {
  let hasLooked = false;
  let isHeld = false;
  let taken: { readonly error: unknown } | undefined;
  // Sees what nobody catches, and changes nothing about it.
  const onUncaught = (error: unknown, origin: string): void => {
    if (isHeld) return;
    // The script takes it by a handler of its own, and goes on, unless that handler ends the
    // process.
    const isTaken = process.listenerCount("uncaughtException") > 0 ||
      process.hasUncaughtExceptionCaptureCallback();
    if (isTaken) {
      taken = { error };
      return;
    }
    const pending = listener({ reason: "error", error });
    if (pending === undefined) return;
    isHeld = true;
    // While there is such a handler, the process does not end.
    const hold = (): void => {};
    process.on("uncaughtException", hold);
    keepAlive(pending).finally(() => {
      process.off("uncaughtException", hold);
      failBy(process, error, origin);
    });
  };
  // Comes when the event loop runs empty, and not by `exit`.
  const onEmpty = (): void => {
    if (hasLooked) {
      // What it waits for keeps the event loop going, or will never come.
      void listener({ reason: "idle" });
      return;
    }
    // Listeners of the script may still find something to do: idle is who is so twice.
    hasLooked = true;
    setImmediate(() => {});
  };
  const onExit = (code: number): void => void listener({ reason: "exit", code, ...taken });
  process.on("uncaughtExceptionMonitor", onUncaught);
  process.on("beforeExit", onEmpty);
  process.on("exit", onExit);
  return () => {
    process.off("uncaughtExceptionMonitor", onUncaught);
    process.off("beforeExit", onEmpty);
    process.off("exit", onExit);
  };
}

/** Ends the process by an error that nobody caught, as it would have ended before. */
function failBy(process: NodeProcess, error: unknown, origin: string): void {
  // Bun shows the stack of what is rejected, and not that of what is thrown again.
  const isRejection = origin === "unhandledRejection" ||
    process.versions.bun !== undefined && process.listenerCount("unhandledRejection") === 0;
  if (isRejection) Promise.reject(error);
  else {
    setImmediate(() => {
      throw error;
    });
  }
}

/**
 * Whether the program deals with an error itself: it said so by `preventDefault`, or has a listener
 * of Node's kind, which may come after ours.
 */
function isDealtWith(event: Event, ...nodeEvents: string[]): boolean {
  if (event.defaultPrevented) return true;
  // Touching it loads Node's modules, which no longer matters here.
  const { process } = globalThis;
  return nodeEvents.some((name) => process.listenerCount(name) > 0);
}

/**
 * Calls a listener when the process ends, on Deno, by web events: listening by `process.on` would load
 * `node:process`.
 */
export function listenToDenoEnd(
  deno: typeof Deno,
  listener: (end: ProcessEnd) => void | Promise<void>,
): () => void {
  let looks = 0;
  let isHeld = false;
  const fail = (event: Event, error: unknown, failBy: (error: unknown) => void): void => {
    const pending = isHeld ? undefined : listener({ reason: "error", error });
    if (pending !== undefined) {
      isHeld = true;
      keepAlive(pending).finally(() => failBy(error));
    }
    // The process would end at once.
    if (isHeld) event.preventDefault();
  };
  const listeners: readonly (readonly [string, (event: Event) => void])[] = [
    [
      "error",
      (event) =>
        isDealtWith(event, "uncaughtException") ||
        fail(event, (event as ErrorEvent).error, reportError),
    ],
    [
      "unhandledrejection",
      (event) =>
        isDealtWith(event, "unhandledRejection", "uncaughtException") ||
        fail(event, (event as PromiseRejectionEvent).reason, (error) => Promise.reject(error)),
    ],
    // Comes when the event loop runs empty, and not by `exit`.
    [
      "beforeunload",
      (event) => {
        // Listeners of the script may still find something to do: idle is who is so twice. What the
        // listener waits for then keeps the event loop going, or will never come.
        const isTold = looks === 1 && listener({ reason: "idle" }) !== undefined;
        if (looks === 0 || isTold) event.preventDefault();
        looks++;
      },
    ],
    ["unload", () => void listener({ reason: "exit", code: deno.exitCode })],
  ];
  for (const [type, react] of listeners) addEventListener(type, react);
  return () => {
    for (const [type, react] of listeners) removeEventListener(type, react);
  };
}
