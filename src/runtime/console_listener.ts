import { type ConsoleStyle, fallbackText } from "./console_text.ts";
import { replaceMethod, startAll } from "./replace_method.ts";

const METHODS: readonly string[] =
  ("debug log info warn error assert count countReset dir dirxml group groupCollapsed groupEnd " +
    "table time timeEnd timeLog trace").split(" ");

/** Those of them whose text depends on earlier ones. */
const HAS_STATE = /^(?:count|time)/;

/** Those of them that print a message as it is given to them. */
const TAKES_MESSAGE = /^(?:debug|log|info|warn|error|dirxml|group)/;

type Print = (...args: unknown[]) => void;

/** How else to listen to `console`. */
export interface ListenOptions {
  /** Runs what prints. */
  readonly around?: (print: () => void) => void;
  /** Is told each method that cannot be listened to. */
  readonly onUnseen?: ((name: string) => void) | undefined;
}

/**
 * Calls a listener for each message that `console` printed, with the method, the text without its
 * last line end, and the text as it stands in its group. Returns what ends that.
 *
 * What the console itself makes of its arguments is not seen, so the text is made a second time.
 * Where code of the script that is called for that, such as an object's own `inspect`, prints
 * something in turn, the text made is printed, lest that code is called again.
 */
export function listenToConsole(
  style: ConsoleStyle,
  listener: (method: string, text: string, indented: string) => void,
  { around = (print) => print(), onUnseen }: ListenOptions = {},
): () => void {
  const target = (globalThis.console ?? {}) as unknown as Record<string, Print>;
  const state = new ConsoleState(style);
  const originals = new Map<string, Print>();
  let called = 0;
  let told = 0;

  const textOf = (method: string, args: readonly unknown[], caller: Caller): string | undefined => {
    if (method === "trace") return style.trace(args, framesBelow(caller));
    if (style.printsByAnother(method)) return undefined;
    return HAS_STATE.test(method) ? state.textOf(method, args) : style.text(method, args);
  };

  const call = (method: string, args: readonly unknown[], caller: Caller): void => {
    const before = ++called;
    let text: string | undefined;
    let made: string | undefined;
    try {
      text = textOf(method, args, caller);
      // A trace that is made by the console would show the frames of this package.
      if (method === "trace" || (called !== before && !HAS_STATE.test(method))) made = text;
    } catch (error) {
      // What calls itself while it is shown would do so twice on each level.
      if (called !== before) throw error;
      // The console throws as well, or shows what nobody else can.
      text = args.map(fallbackText).join(" ");
    }
    const plain = style.streamOf(method) === "stderr" ? "error" : "log";
    const printer = originals.get(
      made === undefined || TAKES_MESSAGE.test(method) ? method : plain,
    );
    const beforePrint = told;
    around(() => printer?.apply(target, made === undefined ? [...args] : ["%s", made]));
    const { indent } = state;
    state.follow(method);
    // It may have been printed by another method, which told of it.
    if (text === undefined || told !== beforePrint) return;
    told++;
    listener(method, text, indent === "" ? text : style.indented(text, indent, method, args));
  };

  return startAll(
    METHODS.map((method) => () =>
      replaceMethod(target, method, (original, caller) => {
        originals.set(method, original);
        return (...args) => call(method, args, caller);
      }, () => onUnseen?.(`console.${method}`))
    ),
  );
}

/** The function that a script calls, as its stack has it. */
type Caller = (...args: never[]) => unknown;

/** The stack of whoever called a function. */
function framesBelow(caller: Caller): string[] {
  const error: { stack?: string } = {};
  Error.captureStackTrace(error, caller);
  // Bun has a frame without a place for the method that was called.
  return error.stack?.split("\n").filter((line) => /^\s+at (?!unknown$)/.test(line)) ?? [];
}

/** Listens to what `console` prints where that goes by no method of a stream. */
export function listenToConsoleOutput(
  style: ConsoleStyle,
  listener: (stream: "stdout" | "stderr", text: string) => void,
  onUnseen?: (name: string) => void,
): () => void {
  return listenToConsole(style, (method, _, indented) => {
    listener(style.streamOf(method), `${indented}\n`);
  }, { onUnseen });
}

/** What a console knows from one call to the next, as far as it is seen: counters, timers, groups. */
class ConsoleState {
  readonly #style: ConsoleStyle;
  readonly #counts = new Map<string, number>();
  readonly #starts = new Map<string, number>();
  #groups = 0;

  constructor(style: ConsoleStyle) {
    this.#style = style;
  }

  /** What each line of a group begins with. */
  get indent(): string {
    return "  ".repeat(this.#groups);
  }

  /** Takes note of a call that was made. */
  follow(method: string): void {
    if (method === "groupEnd") this.#groups = Math.max(0, this.#groups - 1);
    else if (method.startsWith("group")) this.#groups++;
  }

  /** What a counter or a timer says; `undefined` where it says nothing. */
  textOf(method: string, [given, ...rest]: readonly unknown[]): string | undefined {
    const label = given === undefined ? "default" : String(given);
    switch (method) {
      case "count":
        return `${label}: ${this.#counted(label)}`;
      case "countReset":
        this.#counts.delete(label);
        return undefined;
      case "time":
        if (!this.#starts.has(label)) this.#starts.set(label, performance.now());
        return undefined;
      case "timeLog":
      case "timeEnd": {
        const start = this.#starts.get(label);
        if (method === "timeEnd") this.#starts.delete(label);
        if (start === undefined) return undefined;
        const values = method === "timeEnd" ? [] : rest;
        return this.#style.timer(label, performance.now() - start, values);
      }
      default:
        return undefined;
    }
  }

  #counted(label: string): number {
    const count = (this.#counts.get(label) ?? 0) + 1;
    this.#counts.set(label, count);
    return count;
  }
}
