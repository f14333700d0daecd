/**
 * Who is measured, at what.
 *
 * @module
 */
import type { JsrRegistry } from "../packaging/jsr_registry.ts";
import { dagsterPython, runtimeCommand, type RuntimeName } from "../kit/installed.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { type FirstMessage, ownAccount, type Sample, wholeProcess } from "./process.ts";

/** The runtimes that are measured. Of Node only the newest: the others differ little. */
export const MEASURED = ["deno", "bun", "node26"] as const;

/** One process to measure, again and again. */
export interface Contender {
  /** `FIGURE RUNTIME PROGRAM` */
  readonly name: string;
  /** How often it has a turn in a round: a start is short, and differs much. */
  readonly turns: number;
  readonly measure: () => Promise<Sample>;
}

const START_TURNS = 4;

/** What the measured processes are given. */
export interface Stage {
  /** A folder for files, with the `programs` in a project that has installed `dist/npm`. */
  readonly folder: string;
  readonly first: FirstMessage;
  /**
   * The environment by the name of the context, `small`, `big` or `odd`, and with the messages in
   * `messages`.
   */
  readonly env: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Where `jsr:@dagsterpipes/pipes` comes from, and what is in Deno's cache of it. */
  readonly registry: JsrRegistry;
}

/** Where the measured programs are. */
export const PROGRAMS: string = `${REPO_ROOT}/tests/bench/programs`;
/** What 10,000 rows are reported as. */
export const LARGE = ["table", "inferred", "json", "payload"] as const;
/** Messages of the figure for many. */
export const MANY = 200_000;

function commandOf(
  { folder }: Stage,
  runtime: RuntimeName | "python",
  program: string,
  ...args: unknown[]
): string[] {
  const start = runtime === "python"
    ? [dagsterPython(), `${PROGRAMS}/${program}.py`]
    : runtime === "deno"
    ? [...runtimeCommand(runtime), `${PROGRAMS}/${program}.mjs`]
    : [...runtimeCommand(runtime), `${folder}/programs/${program}.mjs`];
  return [...start, ...args.map(String)];
}

/** Everyone, in the order of a round. */
export function contenders(stage: Stage): Contender[] {
  const list: Contender[] = [];
  const messages = `${stage.folder}/messages`;
  const command = commandOf.bind(undefined, stage);
  const add = (name: string, measure: () => Promise<Sample>): void => {
    list.push({
      name,
      turns: /^(opened|one) /.test(name) ? START_TURNS : 1,
      async measure() {
        await Deno.remove(messages).catch(() => {});
        return await measure();
      },
    });
  };
  const own = (name: string, command: string[], context = "small"): void =>
    add(name, () => ownAccount({ command, env: stage.env[context]! }));

  for (const runtime of [...MEASURED, "python"] as const) {
    const isScript = runtime !== "python";
    const opened = (program: string, ...args: string[]): void =>
      add(
        `opened ${runtime} ${program}`,
        () =>
          stage.first.time({ command: command(runtime, program, ...args), env: stage.env.first! }),
      );
    add(
      `opened ${runtime} empty`,
      () => wholeProcess({ command: command(runtime, "empty"), env: stage.env.small! }),
    );
    opened("opened");
    if (isScript) {
      opened("started", stage.first.path);
      opened("opened_by_hand");
      opened("opened_floor");
    }
    if (runtime === "deno") {
      add("opened deno jsr", () =>
        stage.first.time({
          command: [...runtimeCommand("deno"), `${stage.folder}/opened.mjs`],
          env: { ...stage.registry.env, ...stage.env.first! },
        }));
    }
    add(
      `one ${runtime} messages`,
      () => wholeProcess({ command: command(runtime, "messages", 1), env: stage.env.small! }),
    );
    own(`first ${runtime} messages`, command(runtime, "messages", 1));
    own(`many ${runtime} messages`, command(runtime, "messages", MANY));
    own(`context ${runtime} context`, command(runtime, "context"), "big");
    own(`odd ${runtime} context`, command(runtime, "context"), "odd");
    for (const [kind, count] of [["giant", 5], ["metadata", 500]]) {
      own(`${kind} ${runtime} reports`, command(runtime, "reports", kind, count));
    }
    for (const kind of LARGE) {
      // Python infers no columns.
      if (kind === "inferred" && !isScript) continue;
      for (const which of ["first", "later"]) {
        own(`${which} ${kind} ${runtime} large`, command(runtime, "large", which, kind));
      }
    }
    if (!isScript) continue;
    own(`later stringify ${runtime} large`, command(runtime, "large", "later", "stringify"));
    own(`many ${runtime} messages_ready`, command(runtime, "messages_ready", MANY, messages));
    own(`first ${runtime} messages_made`, command(runtime, "messages_made", 1));
    own(`many ${runtime} messages_made`, command(runtime, "messages_made", MANY));
    own(`many ${runtime} messages_bare`, command(runtime, "messages_bare", MANY, messages));
    if (runtime === "deno") {
      own(
        `many ${runtime} messages_bare_node`,
        command(runtime, "messages_bare", MANY, messages, "node"),
      );
    }
    own(`many ${runtime} messages_reopen`, command(runtime, "messages_reopen", MANY, messages));
    own(
      `context ${runtime} context_bare`,
      command(runtime, "context_bare", `${stage.folder}/big.json`),
    );
  }
  return list;
}
