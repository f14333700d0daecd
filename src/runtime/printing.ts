import { DagsterPipesError } from "../errors.ts";
import { ConsoleTwin } from "./console_twin.ts";
import type { StdioStream } from "./runtime.ts";

/**
 * Replaces a method of an object by one made from it. Returns what puts the old one back; where
 * somebody else has replaced ours in the meantime, ours only passes calls on from then on, so that
 * theirs goes on working.
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

/** Makes all patches, or none where one of them fails. Returns what undoes them, the last first. */
export function patchAll(steps: readonly (() => () => void)[]): () => void {
  const done: (() => void)[] = [];
  const undo = (): void => {
    for (const step of done.splice(0).reverse()) step();
  };
  try {
    for (const step of steps) done.push(step());
    return undo;
  } catch (error) {
    undo();
    throw error;
  }
}

/** The methods of `console` that print a message. */
export const CONSOLE_METHODS = ["debug", "log", "info", "warn", "error"] as const;

/** A method of `console` that prints a message. */
export type ConsoleMethod = typeof CONSOLE_METHODS[number];

type Print = (...args: unknown[]) => void;

/** The stream that a method of `console` prints to, on all three runtimes. */
export function streamOf(method: ConsoleMethod): StdioStream {
  return method === "warn" || method === "error" ? "stderr" : "stdout";
}

/**
 * The methods of `console` that print by one of the above, or by no way that can be seen from here.
 */
const OTHER_METHODS: readonly string[] =
  ("assert count countReset dir dirxml group groupCollapsed groupEnd table time timeEnd timeLog " +
    "trace").split(" ");

/** Those of them on which depends what later ones print. */
const CHANGES_STATE = /^(count|group|time)/;

/**
 * Calls a listener for each message that `console` prints, and leaves the printing to it. Where the
 * message is known only by what another method prints, it is printed already. Returns what ends
 * that.
 *
 * @param around Runs such a printing.
 */
export function onConsole(
  listener: (
    method: ConsoleMethod,
    args: readonly unknown[],
    print: () => void,
    name: string,
  ) => void,
  around: (print: () => void) => void = (print) => print(),
): () => void {
  const target = globalThis.console as unknown as Record<string, Print>;
  const twin = new ConsoleTwin();
  let seen = 0;
  return patchAll([
    ...CONSOLE_METHODS.map((method) => () =>
      patch(target, method, (original) => (...args) => {
        seen++;
        listener(method, args, () => original.apply(target, args), method);
      })
    ),
    ...OTHER_METHODS.map((method) => () =>
      patch(target, method, (original) => (...args) => {
        const before = seen;
        around(() => original.apply(target, args));
        const isSeen = seen !== before;
        // Of what is seen already, the twin has only to keep up with the state.
        if (isSeen && !CHANGES_STATE.test(method)) return;
        const text = twin.textOf(method, args);
        if (isSeen || text === "") return;
        listener(levelOf(method), [text], () => {}, method);
      })
    ),
  ]);
}

/** What Node's own `console` prints by. */
function levelOf(method: string): ConsoleMethod {
  return method === "assert" ? "warn" : method === "trace" ? "error" : "log";
}

/**
 * Listens to what `console` prints where it prints by no method that could be listened to.
 *
 * @param streams The streams of methods that print elsewhere than on the other runtimes.
 */
export function onConsoleStdio(
  listener: (stream: StdioStream, text: string) => void,
  inspect: (value: unknown) => string,
  streams: Readonly<Record<string, StdioStream>> = {},
): () => void {
  return onConsole((method, args, print, name) => {
    print();
    const stream = streams[name] ?? streamOf(method);
    listener(stream, `${formatMessage(args, inspect)}\n`);
  });
}

/**
 * The text of a console message: `%s` and its kin in the first argument are filled in, everything
 * that is no string is shown by the runtime's own `inspect`.
 */
export function formatMessage(
  args: readonly unknown[],
  inspect: (value: unknown) => string,
): string {
  const [first, ...rest] = args;
  let used = 0;
  const show = (value: unknown): string => typeof value === "string" ? value : inspect(value);
  if (typeof first !== "string") return args.map(show).join(" ");
  const text = first.replace(/%([sdifjoOc%])/g, (directive, kind: string) => {
    if (kind === "%") return rest.length === 0 ? directive : "%";
    if (used >= rest.length) return directive;
    const value = rest[used++];
    try {
      return filledIn(kind, value, inspect);
    } catch {
      // A circle, or an object that cannot be made a text or a number.
      return inspect(value);
    }
  });
  return [text, ...rest.slice(used).map(show)].join(" ");
}

/** What a directive of a console message makes of its value. */
function filledIn(kind: string, value: unknown, inspect: (value: unknown) => string): string {
  switch (kind) {
    case "s":
      return typeof value === "object" && value !== null ? inspect(value) : String(value);
    case "d":
      return typeof value === "bigint"
        ? `${value}n`
        : String(typeof value === "symbol" ? NaN : Number(value));
    case "i":
      return String(Number.parseInt(String(value)));
    case "f":
      return String(Number.parseFloat(String(value)));
    case "j":
      return JSON.stringify(value);
    case "c":
      return "";
    default:
      return inspect(value);
  }
}
