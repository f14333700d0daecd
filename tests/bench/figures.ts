/**
 * What the samples say: medians, spread, and the ratios that are to hold.
 *
 * @module
 */
import { LARGE, MANY, MEASURED } from "./contenders.ts";
import type { Sample } from "./process.ts";

/** All samples of one contender. */
export interface Figure {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  /** The median of the peaks of memory, in MB. */
  readonly memory: number | undefined;
}

/**
 * One ratio or difference, and the border that it is to keep. What has none is a floor, to compare
 * with.
 */
export interface Ratio {
  readonly name: string;
  readonly runtime: string;
  readonly value: number;
  readonly border?: number;
  readonly holds?: boolean;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

/** Sums up the samples of each contender. */
export function figuresOf(samples: ReadonlyMap<string, readonly Sample[]>): Map<string, Figure> {
  return new Map([...samples].map(([name, list]) => {
    const times = list.map(({ ms }) => ms);
    const memory = list.flatMap(({ memory }) => memory ?? []);
    return [name, {
      median: median(times),
      least: Math.min(...times),
      most: Math.max(...times),
      memory: memory.length > 0 ? median(memory) : undefined,
    }];
  }));
}

/** The ratios of this package against the others. */
export function ratiosOf(figures: ReadonlyMap<string, Figure>): Ratio[] {
  const ratios: Ratio[] = [];
  const at = (name: string): Figure => {
    const figure = figures.get(name);
    if (figure === undefined) {
      throw new Error(`Cannot find the figure "${name}"`);
    }
    return figure;
  };
  MEASURED.forEach((runtime, i) => {
    const ms = (figure: string, program: string): number =>
      at(`${figure} ${runtime} ${program}`).median;
    const memory = (figure: string, program: string): number =>
      at(`${figure} ${runtime} ${program}`).memory ?? NaN;
    const below = (name: string, value: number, ...borders: number[]): void => {
      const border = borders[i] ?? borders[0]!;
      ratios.push({ name, runtime, value, border, holds: value <= border });
    };
    const above = (name: string, value: number, ...borders: number[]): void => {
      const border = borders[i] ?? borders[0]!;
      ratios.push({ name, runtime, value, border, holds: value >= border });
    };
    const floor = (name: string, value: number): void => {
      ratios.push({ name: `  floor: ${name}`, runtime, value });
    };
    // To end a process costs Node more than all that is measured here.
    const empty = Math.min(ms("opened", "empty"), ms("opened", "started"));
    const overByHand = (program: string): number =>
      (ms("opened", program) - empty) / (ms("opened", "opened_by_hand") - empty);
    const overPython = (program: string): number =>
      ms("opened", program) / at("opened python opened").median;
    // Node takes 4 ms to find and compile a package, which a script by hand does not.
    below("to opened over an empty script / by hand", overByHand("opened"), 1, 1, 2);
    if (runtime === "deno") below("… from JSR", overByHand("jsr"), 1);
    floor("the runtime's own means, no checks", overByHand("opened_floor"));
    below("to opened / Python", overPython("opened"), 0.7, 0.45, 0.95);
    if (runtime === "deno") below("… from JSR", overPython("jsr"), 0.7);
    const bare = Math.min(
      ms("many", "messages_bare"),
      runtime === "deno" ? ms("many", "messages_bare_node") : Infinity,
    );
    above("messages a second / bare loop", bare / ms("many", "messages"), 0.8);
    floor("a message that is bytes already", bare / ms("many", "messages_ready"));
    below(
      `MB more at ${MANY} messages than at 1`,
      memory("many", "messages") - memory("first", "messages"),
      15,
      60,
      15,
    );
    floor(
      "the texts alone, and nothing written",
      memory("many", "messages_made") - memory("first", "messages_made"),
    );
    for (const kind of LARGE) {
      const python = at(`first ${kind === "inferred" ? "table" : kind} python large`).median;
      below(`10,000 rows as ${kind}, first / Python`, ms(`first ${kind}`, "large") / python, 1);
      const stringify = ms("later stringify", "large");
      below("… later ones / JSON.stringify alone", ms(`later ${kind}`, "large") / stringify, 3.5);
    }
    const parse = ms("context", "context_bare");
    below("50 MB context / bare parse", ms("context", "context") / parse, 1.25);
    floor("the same, with NaN and big integers", ms("odd", "context") / parse);
    below(
      "memory of a 50 MB context / bare parse",
      memory("context", "context") / memory("context", "context_bare"),
      1.25,
    );
  });
  return ratios;
}
