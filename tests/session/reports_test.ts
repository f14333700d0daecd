import { assert, assertEquals, assertThrows } from "@std/assert";
import { DagsterPipesError, type PipesContext, withDagsterPipes } from "@dagsterpipes/pipes";
import { sessionTest } from "../kit/failing_session.ts";
import { memorySession } from "../kit/memory_session.ts";

/** What stands in the params of the one report. */
async function reported(
  data: Record<string, unknown>,
  report: (pipes: PipesContext) => void,
): Promise<Record<string, unknown>> {
  const session = memorySession(data);
  await withDagsterPipes(session.options, report);
  return session.messages()[1]!.params;
}

async function refusal(
  data: Record<string, unknown>,
  report: (pipes: PipesContext) => void,
): Promise<DagsterPipesError> {
  const session = memorySession(data);
  let error: DagsterPipesError | undefined;
  await withDagsterPipes(session.options, (pipes) => {
    error = assertThrows(() => report(pipes), DagsterPipesError);
  });
  assertEquals(session.lines.length, 2);
  return error!;
}

const SEVERAL = { asset_keys: ["a/b", String.raw`c\/d`] };

sessionTest("the only asset of a step need not be named", async () => {
  assertEquals((await reported({}, (pipes) => pipes.reportAssetMaterialization())).asset_key, "a");
  assertEquals(
    (await reported(
      {},
      (pipes) => pipes.reportAssetCheck({ checkName: "c", passed: true }),
    )).asset_key,
    "a",
  );
});

sessionTest("one of several assets is named by its string or by its parts", async () => {
  for (const assetKey of [String.raw`c\/d`, ["c/d"]]) {
    assertEquals(
      (await reported(
        SEVERAL,
        (pipes) => pipes.reportAssetMaterialization({ assetKey }),
      )).asset_key,
      String.raw`c\/d`,
    );
  }
  assertEquals(
    (await reported(
      SEVERAL,
      (pipes) => pipes.reportAssetMaterialization({ assetKey: ["a", "b"] }),
    )).asset_key,
    "a/b",
  );
});

sessionTest("one of several assets must be named, and be one of them", async () => {
  assertEquals(
    (await refusal(SEVERAL, (pipes) => pipes.reportAssetMaterialization())).message,
    String
      .raw`Cannot call reportAssetMaterialization without an assetKey: the step targets several assets, a/b, c\/d. Pass the assetKey`,
  );
  const error = await refusal(
    SEVERAL,
    (pipes) => pipes.reportAssetMaterialization({ assetKey: ["a/b"] }),
  );
  assertEquals(error.code, "invalid_argument");
  assert(error.message.startsWith("Cannot report on asset "), error.message);
});

for (const asset_keys of [[], null]) {
  sessionTest(
    `a step whose asset keys are ${
      JSON.stringify(asset_keys)
    } takes any asset, and must be told one`,
    async () => {
      const report = (pipes: PipesContext) =>
        pipes.reportAssetMaterialization({ assetKey: "any/thing" });
      assertEquals((await reported({ asset_keys }, report)).asset_key, "any/thing");
      const error = await refusal(
        { asset_keys },
        (pipes) => pipes.reportAssetCheck({ checkName: "c", passed: true }),
      );
      assertEquals(
        error.message,
        "Cannot call reportAssetCheck without an assetKey: the step targets no asset. Pass the assetKey",
      );
    },
  );
}

sessionTest("a check is an ERROR where nothing else is said", async () => {
  const params = await reported(
    {},
    (pipes) => pipes.reportAssetCheck({ checkName: "c", passed: false }),
  );
  assertEquals(params, {
    asset_key: "a",
    check_name: "c",
    passed: false,
    severity: "ERROR",
    metadata: null,
  });
});

sessionTest("a report that threw wrote nothing, and can be repeated", async () => {
  const session = memorySession();
  const bad = { metadata: { preview: { records: [{ a: [1] }], schema: [], type: undefined } } };
  await withDagsterPipes(session.options, (pipes) => {
    assertThrows(
      () => pipes.reportAssetMaterialization(bad),
      DagsterPipesError,
      "metadata.preview.type",
    );
    assertThrows(
      () =>
        pipes.reportAssetCheck({
          checkName: "c",
          passed: true,
          metadata: { v: Infinity, w: [NaN] },
        }),
      DagsterPipesError,
    );
    assertEquals(session.lines.length, 1);
    pipes.reportAssetMaterialization();
    pipes.reportAssetCheck({ checkName: "c", passed: true });
  });
  assertEquals(session.messages().map(({ method }) => method), [
    "opened",
    "report_asset_materialization",
    "report_asset_check",
    "closed",
  ]);
});

sessionTest("a report that the channel could not take can be repeated", async () => {
  let isFull = true;
  const session = memorySession({}, (line) => {
    if (isFull && line.includes("report_asset")) {
      throw new DagsterPipesError("messages_unavailable", "full");
    }
  });
  await withDagsterPipes(session.options, (pipes) => {
    const report = () => {
      pipes.reportAssetMaterialization();
      pipes.reportAssetCheck({ checkName: "c", passed: true });
    };
    assertThrows(report, DagsterPipesError, "full");
    isFull = false;
    report();
  });
  assertEquals(session.lines.length, 4);
});

sessionTest("a report of which a part went out counts as made: the rest will follow", async () => {
  const session = memorySession({}, (line) => {
    if (line.includes("report_asset")) {
      throw new DagsterPipesError("message_incomplete", "in the middle");
    }
  });
  await withDagsterPipes(session.options, (pipes) => {
    assertThrows(() => pipes.reportAssetMaterialization(), DagsterPipesError, "in the middle");
    assertEquals(
      assertThrows(() => pipes.reportAssetMaterialization(), DagsterPipesError).code,
      "already_reported",
    );
  });
});

sessionTest("an asset and its checks are told apart, whatever their names", async () => {
  const session = memorySession({ asset_keys: ["a", "a/b", "b"] });
  await withDagsterPipes(session.options, (pipes) => {
    for (const assetKey of ["a", "a/b"]) {
      pipes.reportAssetMaterialization({ assetKey });
    }
    for (const checkName of ["", "b", "/b", "//b", "a"]) {
      for (const assetKey of ["a", "a/b", "b"]) {
        pipes.reportAssetCheck({ assetKey, checkName, passed: true });
      }
    }
  });
  assertEquals(session.lines.length, 2 + 2 + 15);
});

sessionTest("the logger has a method for each level, and is a function itself", async () => {
  const session = memorySession();
  await withDagsterPipes(session.options, ({ log }) => {
    log("a");
    log("b", "critical");
    log.debug("c");
    log.info("d");
    log.warning("e");
    log.error("f");
    log.critical("g");
  });
  assertEquals(
    session.messages().slice(1, -1).map(({ params }) => `${params.message} ${params.level}`),
    ["a INFO", "b CRITICAL", "c DEBUG", "d INFO", "e WARNING", "f ERROR", "g CRITICAL"],
  );
});

sessionTest(
  "an error given to the logger follows the message with its stack and causes, undefined too",
  async () => {
    const session = memorySession();
    await withDagsterPipes(session.options, ({ log }) => {
      log.error("failed", new TypeError("x", { cause: "why" }));
      log.warning("failed", undefined);
    });
    const [, first, second] = session.messages().map(({ params }) => String(params.message));
    assert(first!.startsWith("failed\nTypeError: x\n    at "), first);
    assert(first!.endsWith("\nCaused by: why"), first);
    assertEquals(second, "failed\nundefined");
  },
);

sessionTest(
  "an external stream's extras are sent, an empty object where there are none",
  async () => {
    assertEquals(
      (await reported({}, (pipes) => pipes.logExternalStream("stderr", "x"))).extras,
      {},
    );
    assertEquals(
      (await reported({}, (pipes) => pipes.logExternalStream("stderr", "x", { a: [1] }))).extras,
      { a: [1] },
    );
  },
);
