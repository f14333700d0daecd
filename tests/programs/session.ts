import {
  openDagsterPipes,
  type PipesContext,
  PipesDefaultMessageWriter,
  PipesEnvVarParamsLoader,
  type PipesMessageWriter,
  type PipesMessageWriterChannel,
  withDagsterPipes,
} from "@dagsterpipes/pipes";
import { print, rejectedBy, thrownBy } from "./telling.ts";

const thrown: Record<string, () => unknown> = {
  "an Error": () => new Error("outer failure", { cause: new TypeError("inner failure") }),
  "a string": () => "plain failure",
  "null": () => null,
  "undefined": () => undefined,
  "an object": () => ({ reason: "an odd one", code: 7 }),
};

async function failing(what: string): Promise<void> {
  const value = thrown[what]?.();
  await withDagsterPipes((pipes) => {
    pipes.log("before");
    throw value;
  });
}

/** What a platform does that has none of the signals. */
function refuseSignal(event: string): never {
  throw new TypeError(`Cannot listen for ${event} on this platform`);
}

function refuseSignalsOf(emitter: { on: unknown }): void {
  const on = emitter.on as (event: string, listener: unknown) => unknown;
  emitter.on = (event: string, listener: unknown) =>
    event.startsWith("SIG") ? refuseSignal(event) : on.call(emitter, event, listener);
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A writer whose messages are sent when the channel closes, if they are. */
function closingWith(close: () => void | Promise<void>): PipesMessageWriter {
  return { open: () => ({ writeMessage() {}, close }) };
}

const cases: Record<string, () => unknown> = {
  returns: () =>
    withDagsterPipes((pipes) => {
      pipes.log("one");
      return { answer: 42 };
    }),

  resolves: () =>
    withDagsterPipes({ graceSeconds: 5 }, async (pipes) => {
      await later(5);
      pipes.log("one");
      return "later";
    }),

  nested: () =>
    withDagsterPipes(async (outer) => {
      const inner = await withDagsterPipes((pipes) => {
        pipes.log("inside");
        return pipes;
      });
      const failure = new Error("inner only");
      const caught = await withDagsterPipes(() => {
        throw failure;
      }).catch((error: unknown) => error);
      outer.log("after");
      return { same: inner === outer, open: !outer.isClosed, rethrown: caught === failure };
    }),

  overlapping: async () => {
    let first: PipesContext | undefined;
    const long = withDagsterPipes(async (pipes) => {
      first = pipes;
      await later(50);
      pipes.log("long");
    });
    const [second, third] = await Promise.all([
      withDagsterPipes((pipes) => pipes),
      openDagsterPipes(),
    ]);
    await long;
    return { shared: first === second && second === third, closed: third.isClosed };
  },

  "other options": () =>
    withDagsterPipes({ graceSeconds: 5 }, async (pipes) => {
      const same = await openDagsterPipes();
      const empty = await openDagsterPipes({});
      return {
        same: same === pipes && empty === pipes,
        grace: await rejectedBy(() => openDagsterPipes({ graceSeconds: 6 })),
        loader: await rejectedBy(() =>
          openDagsterPipes({ paramsLoader: new PipesEnvVarParamsLoader() })
        ),
        inner: await rejectedBy(() => withDagsterPipes({ graceSeconds: 6 }, () => 1)),
        open: !pipes.isClosed,
      };
    }),

  again: async () => {
    const first = await withDagsterPipes((pipes) => pipes);
    const second = await withDagsterPipes({ graceSeconds: 3 }, (pipes) => pipes);
    const third = await withDagsterPipes(() => Promise.reject(new Error("third"))).catch(() =>
      "failed"
    );
    return { different: first !== second, closed: first.isClosed && second.isClosed, third };
  },

  "close twice": async () => {
    const pipes = await openDagsterPipes();
    const before = pipes.isClosed;
    await Promise.all([pipes.close(), pipes.close(new Error("too late"))]);
    await pipes.close();
    return {
      before,
      after: pipes.isClosed,
      log: thrownBy(() => pipes.log("late")),
      report: thrownBy(() => pipes.reportAssetMaterialization()),
      custom: thrownBy(() => pipes.reportCustomMessage(1)),
    };
  },

  "close with undefined": async () => {
    const pipes = await openDagsterPipes();
    await pipes.close(undefined);
    return null;
  },

  "close with an error": async () => {
    const pipes = await openDagsterPipes();
    await pipes.close(new RangeError("told by hand"));
    return null;
  },

  "scope left": async () => {
    const pipes = await openDagsterPipes();
    pipes.log("unfinished");
    await pipes[Symbol.asyncDispose]();
    return { closed: pipes.isClosed };
  },

  "scope left after close": async () => {
    const pipes = await openDagsterPipes();
    await pipes.close();
    await pipes[Symbol.asyncDispose]();
    return { closed: pipes.isClosed };
  },

  "scope left around others": async () => {
    const pipes = await openDagsterPipes();
    await withDagsterPipes((inner) => inner.log("inside"));
    await pipes[Symbol.asyncDispose]();
    return { closed: pipes.isClosed };
  },

  "inner scope left": () =>
    withDagsterPipes(async (outer) => {
      const inner = await openDagsterPipes();
      inner.log("inside");
      return { same: inner === outer };
    }),

  "report after close": async () => {
    let kept: PipesContext | undefined;
    await withDagsterPipes((pipes) => void (kept = pipes));
    kept?.reportCustomMessage("too late");
    return null;
  },

  "unknown asset": () =>
    withDagsterPipes((pipes) => pipes.reportAssetMaterialization({ assetKey: "not_mine" })),

  "second materialization": () =>
    withDagsterPipes((pipes) => {
      pipes.reportAssetMaterialization();
      pipes.reportAssetMaterialization({ assetKey: ["orders"] });
    }),

  "second check result": () =>
    withDagsterPipes((pipes) => {
      pipes.reportAssetCheck({ checkName: "whole", passed: true });
      pipes.reportAssetCheck({ checkName: "other", passed: true });
      pipes.reportAssetCheck({ checkName: "whole", passed: false });
    }),

  "exit while the context loads": () =>
    openDagsterPipes({ contextLoader: { loadContext: () => process.exit(3) } }),

  "signal while the context loads": () => {
    const loadContext = async (): Promise<string> => {
      process.kill(process.pid, "SIGTERM");
      await later(50);
      return '{"run_id": "late"}';
    };
    return withDagsterPipes({ contextLoader: { loadContext } }, (pipes) => {
      pipes.log(`aborted: ${pipes.signal.aborted}`);
    });
  },

  "wrapped channels": async () => {
    const seen: Record<string, string[]> = {};
    const wraps: Record<
      string,
      (channel: PipesMessageWriterChannel, see: (line: string) => void) => PipesMessageWriterChannel
    > = {
      spread: (channel, see) => ({
        ...channel,
        writeMessage(line) {
          see(line);
          channel.writeMessage(line);
        },
      }),
      patched: (channel, see) => {
        const { writeMessage } = channel;
        channel.writeMessage = (line) => {
          see(line);
          writeMessage(line);
        };
        return channel;
      },
    };
    for (const [name, wrap] of Object.entries(wraps)) {
      const lines: string[] = (seen[name] = []);
      const messageWriter: PipesMessageWriter = {
        open(params) {
          const channel = new PipesDefaultMessageWriter().open(params);
          return wrap(channel, (line) => void lines.push(line));
        },
      };
      await withDagsterPipes({ messageWriter }, (pipes) => pipes.log(name));
    }
    return Object.fromEntries(Object.entries(seen).map(([name, lines]) => [name, lines.length]));
  },

  "grace over while the context loads": () => {
    process.on("SIGTERM", () => {});
    const loadContext = async (): Promise<string> => {
      process.kill(process.pid, "SIGTERM");
      await later(1000);
      return '{"run_id": "late"}';
    };
    return openDagsterPipes({ graceSeconds: 0.01, contextLoader: { loadContext } });
  },

  "a channel that never closes": () => {
    void withDagsterPipes({ messageWriter: closingWith(() => new Promise(() => {})) }, () => {});
  },

  "an exit while the channel closes": () => {
    setTimeout(() => process.exit(0), 50);
    return withDagsterPipes({ messageWriter: closingWith(() => later(5000)) }, () => {});
  },

  "an exit on a full disk": () =>
    withDagsterPipes(
      {
        messageWriter: closingWith(() => {
          throw new Error("the disk is full");
        }),
      },
      () => process.exit(0),
    ),

  "an error is caught that could not be told": () =>
    withDagsterPipes(
      { messageWriter: closingWith(() => Promise.reject(new Error("no way out"))) },
      () => Promise.reject(new Error("mine")),
    ).catch(({ message }) => ({ caught: message })),

  "an error closes when it is looked at": () =>
    withDagsterPipes((pipes) => {
      throw Object.defineProperty(new Error("mine"), "cause", {
        get() {
          void pipes.close();
          return undefined;
        },
      });
    }),

  "without signals": () => {
    const { Deno: deno } = globalThis as {
      Deno?: { addSignalListener: unknown };
    };
    if (deno !== undefined) deno.addSignalListener = refuseSignal;
    else refuseSignalsOf(process);
    return withDagsterPipes((pipes) => {
      pipes.log("one");
      return { aborted: pipes.signal.aborted };
    });
  },
};

const [name = "", what = ""] = process.argv.slice(2);
if (name === "throws") await failing(what);
else print(await cases[name]?.());
