import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  DagsterPipesError,
  MetadataValue,
  openDagsterPipes,
  PipesContext,
  withDagsterPipes,
} from "@dagsterpipes/pipes";
import { createTestPipes } from "@dagsterpipes/pipes/testing";
import * as v from "valibot";

Deno.test("all that is reported is read back from its lines", async () => {
  const t = createTestPipes({ assetKeys: ["orders", ["eu", "orders"]], checks: ["orders:ok"] });
  t.log("Starting", "debug");
  t.log.warning("Odd", new RangeError("why"));
  t.reportAssetMaterialization({
    assetKey: "orders",
    dataVersion: "v1",
    metadata: { rows: 120, share: MetadataValue.float(1), total: 2n ** 70n },
  });
  t.reportAssetMaterialization({ assetKey: ["eu", "orders"] });
  t.reportAssetCheck({ assetKey: "orders", checkName: "ok", passed: false, severity: "WARN" });
  t.reportCustomMessage({ dropped: [1, null] });
  t.logExternalStream("stderr", "psql: hi\n");
  assertEquals(t.closed, undefined);
  await t.close();

  assertEquals(t.messages.map(({ method }) => method), [
    "opened",
    "log",
    "log",
    "report_asset_materialization",
    "report_asset_materialization",
    "report_asset_check",
    "report_custom_message",
    "log_external_stream",
    "closed",
  ]);
  assertEquals(t.messages[1]?.params, { message: "Starting", level: "DEBUG" });
  assertEquals(t.logs[0], { level: "DEBUG", message: "Starting" });
  assert(t.logs[1]?.message.startsWith("Odd\nRangeError: why\n"));
  assertEquals(t.materializations, [
    {
      assetKey: "orders",
      dataVersion: "v1",
      metadata: {
        rows: { type: "int", rawValue: 120 },
        share: { type: "float", rawValue: 1 },
        total: { type: "int", rawValue: 2n ** 70n },
      },
    },
    { assetKey: "eu/orders", dataVersion: null, metadata: {} },
  ]);
  assertEquals(t.checks, [
    { assetKey: "orders", checkName: "ok", passed: false, severity: "WARN", metadata: {} },
  ]);
  assertEquals(t.customMessages, [{ dropped: [1, null] }]);
  assertEquals(t.externalStreams, [{ stream: "stderr", text: "psql: hi\n" }]);
  assertEquals(t.closed, {});
  assertEquals(t.problems, []);
});

Deno.test("a materialization is found by either form of its key, and one that is not there names those that are", () => {
  const t = createTestPipes({ assetKeys: ["a", ["x/y", "b"]] });
  t.reportAssetMaterialization({ assetKey: ["x/y", "b"], dataVersion: "v1" });
  assertEquals(t.materialization(["x/y", "b"]).dataVersion, "v1");
  assertEquals(t.materialization("x\\/y/b").dataVersion, "v1");
  const missing = assertThrows(() => t.materialization("a"), DagsterPipesError);
  assertEquals(missing.code, "undefined_property");
  assertEquals(
    missing.message,
    String.raw`No materialization of "a" was reported. Reported: "x\\/y/b"`,
  );
  const none = assertThrows(() => createTestPipes().materialization("a"), DagsterPipesError);
  assertEquals(none.message, 'No materialization of "a" was reported. Reported: none');
  // @ts-expect-error What types refuse, plain JavaScript may give.
  assertThrows(() => t.materialization(3), DagsterPipesError, "must be an asset key");
});

Deno.test("a step has all that it is given, and what Dagster gives where nothing is", () => {
  const provenance = { codeVersion: "c0", inputDataVersions: { raw: "d0" }, isUserProvided: true };
  const t = createTestPipes({
    assetKeys: ["orders", "stock"],
    extras: { threshold: 1.5 },
    partitionKey: "2026-01-05",
    partitionTimeWindow: { start: "2026-01-05T00:00:00+00:00", end: "2026-01-06T00:00:00+00:00" },
    runId: "7f3c",
    jobName: "nightly",
    retryNumber: 2,
    codeVersionByAssetKey: { orders: "c1" },
    provenanceByAssetKey: { stock: provenance },
  });
  assertEquals(t.assetKeys, ["orders", "stock"]);
  assertEquals(t.extras, { threshold: 1.5 });
  assertEquals(t.getExtra("threshold"), 1.5);
  assertEquals(t.partitionKey, "2026-01-05");
  assertEquals(t.partitionKeyRange, { start: "2026-01-05", end: "2026-01-05" });
  assertEquals(t.partitionTimeWindow?.end, "2026-01-06T00:00:00+00:00");
  assertEquals([t.runId, t.jobName, t.retryNumber], ["7f3c", "nightly", 2]);
  assertEquals(t.codeVersionByAssetKey, { orders: "c1", stock: null });
  assertEquals(t.provenanceByAssetKey, { orders: null, stock: provenance });
  assertEquals(t.isDagsterPipesProcess, true);

  const op = createTestPipes();
  assertEquals([op.isAssetStep, op.assetKeys, op.extras, op.isPartitionStep], [
    false,
    [],
    {},
    false,
  ]);
  assertEquals([op.jobName, op.retryNumber], ["__ASSET_JOB", 0]);
  assertEquals(op.runId, createTestPipes().runId);
  const range = createTestPipes({ partitionKeyRange: { start: "a", end: "c" } });
  assertEquals(range.partitionKeyRange, { start: "a", end: "c" });
  assertThrows(() => range.partitionKey, DagsterPipesError, "Read partitionKeyRange");
  assertEquals(createTestPipes({ checks: ["orders:ok"] }).isAssetStep, true);
});

Deno.test("extras arrive as JSON takes them there", () => {
  assertEquals(createTestPipes({ extras: [1, 2] }).extras as unknown, [1, 2]);
  const date = new Date(0);
  assertEquals(createTestPipes({ extras: { date } }).extras, { date: date.toJSON() });
  // In Python's `extras or {}` these are nothing.
  for (const extras of [null, undefined, 0, "", false, []]) {
    assertEquals(createTestPipes({ extras }).extras, {});
  }
});

Deno.test("run gives what the function gives, and closes", async () => {
  const t = createTestPipes({ assetKeys: ["a"] });
  const got = await t.run((pipes) => {
    assertEquals(pipes, t);
    assertEquals(pipes.isClosed, false);
    return 3;
  });
  assertEquals([got, t.closed, t.isClosed, t.problems], [3, {}, true, []]);
});

Deno.test("run throws what the function throws, whether at once or later, and the session has failed", async () => {
  const boom = new RangeError("Boom");
  for (
    const fail of [
      () => {
        throw boom;
      },
      () => Promise.reject(boom),
    ]
  ) {
    const t = createTestPipes({ assetKeys: ["a"] });
    const thrown = await t.run(fail).catch((error) => error);
    assertEquals(thrown, boom);
    assertEquals(t.closed?.exception?.message, "RangeError: Boom");
    assertEquals(t.problems, [{
      severity: "failure",
      code: "process_failed",
      message: "The process ended with exit code 1: RangeError: Boom",
    }]);
  }
});

Deno.test("run without a function is refused", async () => {
  const t = createTestPipes();
  // @ts-expect-error What types refuse, plain JavaScript may give.
  const error = await assertRejects(() => t.run(), DagsterPipesError);
  assertEquals([error.code, error.message], [
    "invalid_argument",
    "run takes a function, got undefined",
  ]);
  assertEquals(t.closed, undefined);
});

Deno.test("a session that a test has run in is not run in again", async () => {
  const t = createTestPipes();
  await t.run(() => {});
  const error = await assertRejects(() => t.run(() => {}), DagsterPipesError);
  assertEquals(error.code, "session_closed");
  assertThrows(() => t.log("late"), DagsterPipesError, "is closed");
});

Deno.test("a script that opens its own session gets that of the test", async () => {
  const t = createTestPipes({ assetKeys: ["a"], extras: { n: 1 } });
  await t.run(async () => {
    await withDagsterPipes((pipes) => pipes.log("with"));
    assertEquals(t.isClosed, false);
    const nested = async (): Promise<PipesContext> => {
      await new Promise((resolve) => setTimeout(resolve));
      return await openDagsterPipes();
    };
    const pipes = await nested();
    pipes.log("open");
    assertEquals(pipes.extras, { n: 1 });
    await pipes.close();
  });
  assertEquals(t.logs.map(({ message }) => message), ["with", "open"]);
  assertEquals(t.messages.filter(({ method }) => method === "closed").length, 1);
});

Deno.test("a script's loaders, writers and signals are put aside, and wrong options are refused as ever", async () => {
  const refuse = (): never => {
    throw new Error("must not be called");
  };
  const t = createTestPipes();
  await t.run(async () => {
    await withDagsterPipes({
      paramsLoader: {
        isDagsterPipesProcess: refuse,
        loadContextParams: refuse,
        loadMessagesParams: refuse,
      },
      contextLoader: { loadContext: refuse },
      messageWriter: { open: refuse },
      handleSignals: true,
      graceSeconds: 1,
    }, (pipes) => pipes.log("here"));
    await assertRejects(
      () => withDagsterPipes({ graceSeconds: 99 }, () => {}),
      DagsterPipesError,
      "graceSeconds",
    );
  });
  assertEquals(t.logs.length, 1);
});

const SCHEMA = v.object({ threshold: v.optional(v.number(), 5) });

Deno.test("a schema gives the extras their type, the test's own and the script's", async () => {
  const own = createTestPipes({ extrasSchema: SCHEMA });
  const threshold: number = own.extras.threshold;
  assertEquals([threshold, own.getExtra("threshold")], [5, 5]);

  const t = createTestPipes({ extras: { threshold: 2, more: 1 } });
  await t.run(async () => {
    await withDagsterPipes({ extrasSchema: SCHEMA }, (pipes) => {
      const threshold: number = pipes.extras.threshold;
      assertEquals(threshold, 2);
    });
    await withDagsterPipes({ extrasSchema: SCHEMA }, () => {});
  });
  assertEquals(t.extras, { threshold: 2 });
});

Deno.test("a schema of the script that takes its time is waited for", async () => {
  const slow = v.pipeAsync(SCHEMA, v.checkAsync(async () => await Promise.resolve(true)));
  const t = createTestPipes({ extras: {} });
  await t.run(() =>
    withDagsterPipes({ extrasSchema: slow }, (pipes) => assertEquals(pipes.extras.threshold, 5))
  );
  const error = assertThrows(() => createTestPipes({ extrasSchema: slow }), DagsterPipesError);
  assertEquals(error.code, "invalid_argument");
});

Deno.test("extras that are not of the schema fail the test that gives them, and the script that gets them", async () => {
  const wrong = { threshold: "high" };
  const error = assertThrows(
    () => createTestPipes({ extras: wrong, extrasSchema: SCHEMA }),
    DagsterPipesError,
    "extras.threshold",
  );
  assertEquals(error.code, "extras_invalid");

  const t = createTestPipes({ extras: wrong });
  await assertRejects(
    () => t.run(() => withDagsterPipes({ extrasSchema: SCHEMA }, () => {})),
    DagsterPipesError,
    "extras.threshold",
  );
  assert(t.closed?.exception?.message.includes("extras.threshold"));

  const other = createTestPipes({ extrasSchema: SCHEMA });
  const conflict = await assertRejects(
    () => other.run(() => withDagsterPipes({ extrasSchema: v.object({}) }, () => {})),
    DagsterPipesError,
  );
  assertEquals(conflict.code, "options_conflict");
});

Deno.test("a cancel aborts the signal, and the end tells of it", async () => {
  const t = createTestPipes({ assetKeys: ["a"] });
  const result = await t.run(async (pipes) => {
    const aborted = new Promise((resolve) =>
      pipes.signal.addEventListener("abort", () => resolve(pipes.signal.reason))
    );
    assertEquals(pipes.signal.aborted, false);
    t.cancel("SIGTERM");
    t.cancel();
    pipes.log("still there");
    return await aborted;
  });
  assert(result instanceof DagsterPipesError);
  assertEquals(result.code, "session_interrupted");
  assertEquals(
    t.closed?.exception?.message,
    "DagsterPipesError: Interrupted: the process got SIGTERM",
  );
  assertEquals(t.problems.map(({ severity, code }) => [severity, code]), [
    ["failure", "process_failed"],
  ]);
  assertEquals(t.logs.length, 1);
});

Deno.test("a cancel before the signal is asked for, and one after the end", async () => {
  const t = createTestPipes();
  t.cancel();
  assertEquals(t.signal.aborted, true);
  await assertRejects(() => t.run((pipes) => pipes.signal.throwIfAborted()), DagsterPipesError);
  assertEquals(t.closed?.exception?.context, null);

  const late = createTestPipes();
  await late.run(() => {});
  late.cancel();
  assertEquals([late.signal.aborted, late.problems], [false, []]);
});

Deno.test("a scope that is left without close is a failure, as it is in Dagster", async () => {
  const t = createTestPipes({ assetKeys: ["a"] });
  await t.run(async () => {
    {
      await using outer = await openDagsterPipes();
      {
        await using inner = await openDagsterPipes();
        inner.log("inner");
      }
      assertEquals(outer.isClosed, false);
    }
  });
  assert(t.closed?.exception?.message.includes("await pipes.close()"));
  assertEquals(t.problems.map(({ code }) => code), ["process_failed"]);
  const direct = createTestPipes();
  {
    await using pipes = direct;
    pipes.log("hello");
  }
  assert(direct.closed?.exception !== undefined);
});

Deno.test("problems are those that Dagster would have with the step as it stands", async () => {
  const t = createTestPipes({ assetKeys: ["a"], checks: ["c"] });
  const codes = () => t.problems.map(({ severity, code }) => `${severity} ${code}`);
  assertEquals(codes(), ["warning not_closed", "failure missing_check"]);
  t.reportAssetCheck({ checkName: "c", passed: true });
  t.reportAssetCheck({ checkName: "d", passed: true });
  assertEquals(codes(), ["warning not_closed", "failure undeclared_check"]);
  await t.close(new Error("no"));
  assertEquals(codes(), ["warning closed_with_exception", "failure undeclared_check"]);
  assertEquals(
    t.problems[1]?.message,
    "Check d of asset a was reported, but is not declared: name it in check_specs on Dagster's side " +
      "(here: --check, or checks)",
  );
});

Deno.test("a step is ok as long as Dagster would not fail it, and assertOk throws what it would fail it for", async () => {
  const t = createTestPipes({ assetKeys: ["a"], checks: ["c"] });
  assertEquals(t.ok, false);
  const error = assertThrows(() => t.assertOk(), DagsterPipesError);
  assertEquals([error.code, error.message], [
    "step_failed",
    "Dagster would fail the step:\n" +
    "- warning not_closed: The session was not closed: the last messages may be lost\n" +
    "- failure missing_check: Check c of asset a was not reported",
  ]);
  t.reportAssetCheck({ checkName: "c", passed: false });
  // A warning does not fail the step.
  assertEquals([t.ok, t.problems.length], [true, 1]);
  t.assertOk();
  await t.run(() => Promise.reject(new RangeError("Boom"))).catch(() => {});
  assertEquals(t.ok, false);
  assertThrows(() => t.assertOk(), DagsterPipesError, "ended with exit code 1: RangeError: Boom");
});

Deno.test("what the library refuses, it refuses in a test too", () => {
  const t = createTestPipes({ assetKeys: ["a"] });
  const codeOf = (call: () => void) => assertThrows(call, DagsterPipesError).code;
  assertEquals(codeOf(() => t.reportAssetMaterialization({ assetKey: "b" })), "invalid_argument");
  assertEquals(codeOf(() => t.reportCustomMessage({ a: [NaN] })), "invalid_value");
  t.reportAssetMaterialization();
  assertEquals(codeOf(() => t.reportAssetMaterialization()), "already_reported");
  assertEquals(codeOf(() => t.getExtra("x")), "undefined_property");
  assertEquals(t.messages.length, 2);
});

Deno.test("PipesContext.get gives code that is handed nothing the session of its own test", async () => {
  assertEquals(PipesContext.isInitialized(), false);
  // A helper, as a script has it, that is called between the turns of the other test.
  const helper = async (message: string): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, message.length));
    assertEquals(PipesContext.isInitialized(), true);
    PipesContext.get().log(message);
  };
  const tests = [createTestPipes(), createTestPipes()];
  await Promise.all(tests.map((t, index) =>
    t.run(async () => {
      assert(PipesContext.get() === t);
      for (const turn of [1, 2, 3]) await helper(`${"x".repeat(index)}${turn}`);
    })
  ));
  assertEquals(tests.map(({ logs }) => logs.map(({ message }) => message)), [
    ["1", "2", "3"],
    ["x1", "x2", "x3"],
  ]);
  assertEquals(PipesContext.isInitialized(), false);
  assertThrows(() => PipesContext.get(), DagsterPipesError, "no session is open");
});

Deno.test("a thousand tests at the same time see nothing of each other", async () => {
  const tests = Array.from({ length: 1000 }, (_, n) => createTestPipes({ extras: { n } }));
  const script = async (): Promise<void> => {
    const pipes = await openDagsterPipes();
    const n = pipes.getExtra("n");
    for (let turn = 0; turn < 3; turn++) {
      await new Promise((resolve) => setTimeout(resolve, Number(n) % 7));
      await withDagsterPipes((pipes) => pipes.log(`${pipes.getExtra("n")} ${turn}`));
    }
    if (Number(n) % 2 === 1) throw new RangeError(`odd ${n}`);
  };
  const ends = await Promise.allSettled(tests.map((t) => t.run(script)));
  for (const [n, t] of tests.entries()) {
    assertEquals(t.logs.map(({ message }) => message), [`${n} 0`, `${n} 1`, `${n} 2`]);
    assertEquals(ends[n]?.status, n % 2 === 0 ? "fulfilled" : "rejected");
    assertEquals(t.closed?.exception?.message, n % 2 === 0 ? undefined : `RangeError: odd ${n}`);
  }
});

/** What is set on the process while a function runs, and not taken back. */
async function leftBy(fn: () => Promise<void>): Promise<unknown[]> {
  const left = new Set<unknown>();
  const { setTimeout, setInterval, clearTimeout, addEventListener } = globalThis;
  const { addSignalListener } = Deno;
  const setting = (original: (...args: never[]) => unknown) => (...args: never[]) => {
    const handle = original(...args);
    left.add(handle);
    return handle;
  };
  Object.assign(globalThis, {
    setTimeout: setting(setTimeout),
    setInterval: setting(setInterval),
    clearTimeout: (timer: number) => void (left.delete(timer), clearTimeout(timer)),
    addEventListener: (type: string) => left.add(type),
  });
  Deno.addSignalListener = (signal) => left.add(signal);
  try {
    await fn();
  } finally {
    Object.assign(globalThis, { setTimeout, setInterval, clearTimeout, addEventListener });
    Deno.addSignalListener = addSignalListener;
  }
  return [...left];
}

Deno.test("a test leaves no timer, no listener and no exit code on the process, whatever way it ends", async () => {
  const left = await leftBy(async () => {
    await createTestPipes().run(() => withDagsterPipes({ handleSignals: true }, () => {}));
    await createTestPipes().run(() => Promise.reject(new Error("x"))).catch(() => {});
    const cancelled = createTestPipes();
    await cancelled.run((pipes) => {
      cancelled.cancel("SIGTERM");
      return pipes.signal.aborted;
    });
    await createTestPipes().run(async () => {
      await using _pipes = await openDagsterPipes();
    });
    createTestPipes().log("never closed");
  });
  assertEquals(left, []);
  assertEquals(Deno.exitCode, 0);
});

Deno.test({
  name: "Deno's own checks for leaks find nothing, whatever way a session ends",
  sanitizeOps: true,
  sanitizeResources: true,
  sanitizeExit: true,
  async fn() {
    const tests = Array.from({ length: 100 }, () => createTestPipes({ assetKeys: ["a"] }));
    await Promise.all(
      tests.map((t) =>
        t.run(() => withDagsterPipes((pipes) => pipes.reportAssetMaterialization()))
      ),
    );
    await createTestPipes().run(() => Promise.reject(new Error("x"))).catch(() => {});
    const cancelled = createTestPipes();
    await cancelled.run(({ signal }) => {
      signal.addEventListener("abort", () => {});
      cancelled.cancel("SIGTERM");
    });
    createTestPipes().log("never closed");
  },
});
