import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import {
  DagsterPipesError,
  openDagsterPipes,
  PipesContext,
  type PipesOptions,
  type PipesParams,
  withDagsterPipes,
} from "@dagsterpipes/pipes";
import { sessionTest } from "../kit/failing_session.ts";
import { memorySession } from "../kit/memory_session.ts";

function methods(session: ReturnType<typeof memorySession>): string[] {
  return session.messages().map(({ method }) => method);
}

/** The exit code that this process would have ended with. */
function takeExitCode(): number {
  const { exitCode } = Deno;
  Deno.exitCode = 0;
  return exitCode;
}

/** The exception of the last message. */
function exceptionOf(
  session: ReturnType<typeof memorySession>,
): { name: string; message: string } | undefined {
  const last = session.messages().at(-1);
  assertEquals(last?.method, "closed");
  return last?.params.exception as
    | { name: string; message: string }
    | undefined;
}

sessionTest("a session opens, runs the function, closes, and gives back what it gave", async () => {
  const session = memorySession();
  const given = {};
  const result = await withDagsterPipes(session.options, (pipes) => {
    pipes.log("x");
    return given;
  });
  assertStrictEquals(result, given);
  assertEquals(methods(session), ["opened", "log", "closed"]);
  assertEquals(session.counts, { opened: 1, closed: 1 });
  assertEquals(exceptionOf(session), undefined);
});

for (const thrown of [new RangeError("x"), "text", undefined, null, 0]) {
  sessionTest(`what the function throws is told and thrown again as it is: ${thrown}`, async () => {
    for (
      const fn of [() => {
        throw thrown;
      }, () => Promise.reject(thrown)]
    ) {
      const session = memorySession();
      let caught: unknown = "nothing";
      try {
        await withDagsterPipes(session.options, fn);
      } catch (error) {
        caught = error;
      }
      assertStrictEquals(caught, thrown);
      assertEquals(
        exceptionOf(session)?.message,
        thrown instanceof Error ? "RangeError: x" : String(thrown),
      );
      assertEquals(session.counts, { opened: 1, closed: 1 });
    }
  });
}

sessionTest("a session may be opened again after it closed, with other options", async () => {
  for (let i = 0; i < 3; i++) {
    const session = memorySession({ run_id: `run ${i}` });
    await withDagsterPipes(session.options, (pipes) => assertEquals(pipes.runId, `run ${i}`));
    assertEquals(methods(session), ["opened", "closed"]);
  }
});

sessionTest("opens that overlap share one session, and only the first closes it", async () => {
  const session = memorySession();
  await withDagsterPipes(session.options, async (outer) => {
    await withDagsterPipes((inner) => assertStrictEquals(inner, outer));
    await withDagsterPipes(session.options, (inner) => assertStrictEquals(inner, outer));
    assertStrictEquals(await openDagsterPipes(), outer);
    assertEquals(outer.isClosed, false);
  });
  assertEquals(methods(session), ["opened", "closed"]);
});

sessionTest("opens at the same moment share one session", async () => {
  const session = memorySession();
  const [first, second] = await Promise.all([
    openDagsterPipes(session.options),
    openDagsterPipes(),
  ]);
  assertStrictEquals(first, second);
  await first.close();
  assertEquals(session.counts, { opened: 1, closed: 1 });
});

sessionTest("what an inner function throws is thrown on, and closes nothing", async () => {
  const session = memorySession();
  await withDagsterPipes(session.options, async (pipes) => {
    await assertRejects(
      () => withDagsterPipes(() => Promise.reject(new Error("inner"))),
      Error,
      "inner",
    );
    pipes.log("going on");
  });
  assertEquals(methods(session), ["opened", "log", "closed"]);
  assertEquals(exceptionOf(session), undefined);
});

sessionTest("a second open with other options is an error, and the session goes on", async () => {
  const session = memorySession();
  await withDagsterPipes(session.options, async (pipes) => {
    const { messageWriter } = memorySession().options;
    for (
      const open of [
        () => openDagsterPipes({ messageWriter }),
        () => withDagsterPipes({ messageWriter }, () => {}),
      ]
    ) {
      const error = await assertRejects(open, DagsterPipesError);
      assertEquals(error.code, "options_conflict");
      assert(error.message.includes("messageWriter"));
    }
    pipes.log("going on");
  });
  assertEquals(methods(session), ["opened", "log", "closed"]);
});

sessionTest("a second open that asks for what holds by default shares the session", async () => {
  const session = memorySession();
  await withDagsterPipes(session.options, async (outer) => {
    await withDagsterPipes(
      { captureConsole: false, handleSignals: true, graceSeconds: 10 },
      (inner) => assertStrictEquals(inner, outer),
    );
  });
  const other = memorySession();
  await withDagsterPipes({ ...other.options, graceSeconds: 3 }, async () => {
    await assertRejects(
      () => openDagsterPipes({ graceSeconds: 10 }),
      DagsterPipesError,
      "another graceSeconds",
    );
  });
});

sessionTest(
  "an open while a session closes waits for it, and is a session of its own",
  async () => {
    const did: string[] = [];
    const optionsOf = (name: string): PipesOptions => ({
      ...memorySession({ run_id: name }).options,
      messageWriter: {
        open() {
          did.push(`${name} opens`);
          return {
            writeMessage() {},
            async close() {
              await new Promise((resolve) => setTimeout(resolve, 20));
              did.push(`${name} is closed`);
            },
          };
        },
      },
    });
    const first = await openDagsterPipes(optionsOf("first"));
    const closing = first.close();
    const options = optionsOf("second");
    const [second, third] = await Promise.all([
      openDagsterPipes(options),
      openDagsterPipes(options),
    ]);
    assertEquals([second.runId, second.isClosed], ["second", false]);
    assertStrictEquals(third, second);
    await closing;
    await second.close();
    assertEquals(did, ["first opens", "first is closed", "second opens", "second is closed"]);
  },
);

sessionTest(
  "a value that closes the session when it is looked at is not reported any more",
  async () => {
    const session = memorySession();
    const error = await assertRejects(
      () =>
        withDagsterPipes(session.options, (pipes) => {
          pipes.reportCustomMessage({
            toJSON() {
              void pipes.close();
              return 1;
            },
          });
        }),
      DagsterPipesError,
    );
    assertEquals(error.code, "session_closed");
    assertEquals(methods(session), ["opened", "closed"]);
  },
);

sessionTest(
  "a session that failed to open is told, and does not stand in the way of the next",
  async () => {
    const broken = memorySession({ run_id: 5 });
    const error = await assertRejects(
      () => withDagsterPipes(broken.options, () => {}),
      DagsterPipesError,
    );
    assertEquals(error.code, "context_invalid");
    assertEquals(methods(broken), ["opened", "closed"]);
    assertEquals(exceptionOf(broken)?.message, `DagsterPipesError: ${error.message}`);
    const session = memorySession();
    await withDagsterPipes(session.options, () => {});
    assertEquals(methods(session), ["opened", "closed"]);
  },
);

sessionTest(
  "a scope that is left without close is a failure of the session and the process",
  async () => {
    const session = memorySession();
    try {
      {
        await using pipes = await openDagsterPipes(session.options);
        pipes.log("x");
      }
      assertEquals(exceptionOf(session)?.name, "DagsterPipesError");
      assertEquals(Deno.exitCode, 1);
    } finally {
      Deno.exitCode = 0;
    }
  },
);

sessionTest(
  "a scope that is left without close is a failure, though functions shared the session",
  async () => {
    const session = memorySession();
    try {
      {
        await using pipes = await openDagsterPipes(session.options);
        await withDagsterPipes((inner) => inner.log("x"));
        assertEquals(pipes.isClosed, false);
      }
      assert(exceptionOf(session) !== undefined);
      assertEquals(Deno.exitCode, 1);
    } finally {
      Deno.exitCode = 0;
    }
  },
);

sessionTest("a scope that shares a function's session closes nothing", async () => {
  const session = memorySession();
  await withDagsterPipes(session.options, async (outer) => {
    {
      await using inner = await openDagsterPipes();
      inner.log("x");
    }
    assertEquals(outer.isClosed, false);
  });
  assertEquals([exceptionOf(session), Deno.exitCode], [undefined, 0]);
});

sessionTest("a scope that is closed is a clean end", async () => {
  const session = memorySession();
  {
    await using pipes = await openDagsterPipes(session.options);
    await pipes.close();
  }
  assertEquals([methods(session), exceptionOf(session), Deno.exitCode], [
    ["opened", "closed"],
    undefined,
    0,
  ]);
});

sessionTest(
  "the first close counts; with any argument, even undefined, it is a failed one",
  async () => {
    const ways: [(pipes: PipesContext) => Promise<void>, string | undefined][] = [
      [(pipes) => pipes.close(), undefined],
      [(pipes) => pipes.close(undefined), "undefined"],
      [(pipes) => pipes.close(new Error("x")), "x"],
    ];
    for (const [close, message] of ways) {
      const session = memorySession();
      const pipes = await openDagsterPipes(session.options);
      await close(pipes);
      await pipes.close(new Error("later"));
      await pipes.close();
      assertEquals(methods(session), ["opened", "closed"]);
      assertEquals(exceptionOf(session)?.message, message);
      assertEquals([pipes.isClosed, session.counts.closed, Deno.exitCode], [true, 1, 0]);
    }
  },
);

sessionTest("a report after close throws, and is not written", async () => {
  const session = memorySession();
  const pipes = await openDagsterPipes(session.options);
  await pipes.close();
  const reports = [
    () => pipes.log("x"),
    () => pipes.log.info("x"),
    () => pipes.reportAssetMaterialization(),
    () => pipes.reportCustomMessage(1),
    () => pipes.reportAssetCheck({ checkName: "c", passed: true }),
    () => pipes.logExternalStream("stdout", "x"),
  ];
  for (const report of reports) {
    assertEquals(assertThrows(report, DagsterPipesError).code, "session_closed");
  }
  assertEquals(methods(session), ["opened", "closed"]);
});

sessionTest(
  "where the exception cannot be told, what the function threw is thrown all the same",
  async () => {
    const session = memorySession({}, (line) => {
      if (line.includes('"closed"')) throw new Error("no way out");
    });
    await assertRejects(
      () => withDagsterPipes(session.options, () => Promise.reject(new Error("mine"))),
      Error,
      "mine",
    );
    assertEquals(session.counts.closed, 1);
    assertEquals(takeExitCode(), 1);
  },
);

sessionTest("an end that cannot be told is an error", async () => {
  const session = memorySession({}, (line) => {
    if (line.includes('"closed"')) throw new Error("no way out");
  });
  await assertRejects(() => withDagsterPipes(session.options, () => {}), Error, "no way out");
});

sessionTest(
  "what keeps the first message back is thrown, whatever closing the channel throws",
  async () => {
    const full = new Error("the disk is full");
    const { options } = memorySession();
    const error = await assertRejects(() =>
      withDagsterPipes({
        ...options,
        messageWriter: {
          open: () => ({
            writeMessage() {
              throw full;
            },
            close() {
              throw new Error("still full");
            },
          }),
        },
      }, () => {})
    );
    assertStrictEquals(error, full);
    assertEquals(takeExitCode(), 1);
  },
);

sessionTest(
  "the writer's opened extras are told, and what the extras cannot say keeps the session shut",
  async () => {
    const { options, lines } = memorySession();
    const messageWriter = { ...options.messageWriter!, getOpenedExtras: () => ({ token: "t" }) };
    await withDagsterPipes({ ...options, messageWriter }, () => {});
    assertEquals(JSON.parse(lines[0]!).params, { extras: { token: "t" } });

    const bad = memorySession();
    const writer = { ...bad.options.messageWriter!, getOpenedExtras: () => ({ token: undefined }) };
    await assertRejects(
      () => withDagsterPipes({ ...bad.options, messageWriter: writer }, () => {}),
      DagsterPipesError,
      "extras.token",
    );
    assertEquals([bad.lines, bad.counts], [[], { opened: 1, closed: 1 }]);
  },
);

sessionTest("loaders and writers may be asynchronous", async () => {
  const { options, lines } = memorySession();
  const { paramsLoader, messageWriter } = options;
  const later: PipesOptions = {
    paramsLoader: {
      isDagsterPipesProcess: () => true,
      loadContextParams: async () => await paramsLoader!.loadContextParams(),
      loadMessagesParams: async () => await paramsLoader!.loadMessagesParams(),
    },
    contextLoader: { loadContext: () => Promise.resolve('{"run_id": "later", "extras": NaN}') },
    messageWriter: { open: async (params) => await messageWriter!.open(params) },
  };
  await withDagsterPipes(
    later,
    (pipes) => assertEquals([pipes.runId, pipes.extras as unknown], ["later", NaN]),
  );
  assertEquals(lines.length, 2);
});

sessionTest("a loader that gives no context is told so", async () => {
  const session = memorySession();
  const contextLoader = { loadContext: () => Reflect.get({}, "nothing") };
  const error = await assertRejects(
    () => withDagsterPipes({ ...session.options, contextLoader }, () => {}),
    DagsterPipesError,
  );
  assertEquals(
    error.message,
    "The context loader must return JSON text or an object, got undefined",
  );
  assert(exceptionOf(session)?.message.includes(error.message));
});

sessionTest(
  "where the end of the process cannot be watched, the session is closed with that",
  async () => {
    const session = memorySession();
    const { addEventListener } = globalThis;
    globalThis.addEventListener = () => {
      throw new Error("no events here");
    };
    try {
      await assertRejects(() => openDagsterPipes(session.options), Error, "no events here");
    } finally {
      globalThis.addEventListener = addEventListener;
    }
    const [opened, closed] = session.messages();
    assertEquals([opened?.method, closed?.method], ["opened", "closed"]);
    assertEquals(
      (closed?.params.exception as { message: string }).message,
      "no events here",
    );
    assertEquals(session.counts, { opened: 1, closed: 1 });
  },
);

sessionTest(
  "code that is not handed the context gets that of the open session, and no other",
  async () => {
    const { options } = memorySession();
    assertEquals(PipesContext.isInitialized(), false);
    const error = assertThrows(() => PipesContext.get(), DagsterPipesError, "no session is open");
    assertEquals(error.code, "undefined_property");
    await withDagsterPipes(options, async (pipes) => {
      assertEquals([PipesContext.isInitialized(), PipesContext.get() === pipes], [true, true]);
      await pipes.close();
      assertEquals(PipesContext.isInitialized(), false);
    });
    assertEquals(PipesContext.isInitialized(), false);
  },
);

sessionTest(
  "a later session with the same parameters knows what an earlier one reported",
  async () => {
    const withParams = (params: PipesParams, context: Record<string, unknown>) => {
      const { options } = memorySession(context);
      const paramsLoader = { ...options.paramsLoader!, loadMessagesParams: () => params };
      return { ...options, paramsLoader };
    };
    const report = (pipes: PipesContext) => pipes.reportAssetMaterialization();
    const step = { run_id: crypto.randomUUID() };
    const params = { buffered_stdio: "stderr" };
    await withDagsterPipes(withParams(params, step), report);
    const error = await assertRejects(
      () => withDagsterPipes(withParams(params, step), report),
      DagsterPipesError,
    );
    assertEquals(error.code, "already_reported");
    // A retry, another run, and another place are other steps.
    await withDagsterPipes(withParams(params, { ...step, retry_number: 1 }), report);
    await withDagsterPipes(withParams(params, { run_id: crypto.randomUUID() }), report);
    await withDagsterPipes(withParams({ path: "/elsewhere" }, step), report);
    // What came between is not a reason to forget.
    await assertRejects(
      () => withDagsterPipes(withParams(params, step), report),
      DagsterPipesError,
      "this step reported it already",
    );
  },
);
