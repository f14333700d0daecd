/** Fails in the way that its argument names. */
import process from "node:process";
import { openDagsterPipes, type PipesContext, withDagsterPipes } from "@dagsterpipes/pipes";

class NoSuchTable extends Error {
  override name = "NoSuchTable";
}

/** Throws anything at all, as JavaScript may. */
function fail(thrown: unknown): never {
  throw thrown;
}

const FAILURES: Record<string, (pipes: PipesContext) => unknown> = {
  error_with_cause() {
    throw new NoSuchTable("orders", {
      cause: new TypeError("inner", { cause: "a reason in words" }),
    });
  },
  aggregate() {
    throw new AggregateError([new RangeError("first"), new TypeError("second")], "both failed");
  },
  string: () => fail("only words"),
  nothing: () => fail(null),
  circle() {
    const error = new Error("round");
    error.cause = error;
    throw error;
  },
  rejected: () => Promise.reject(new Error("later")),
  after_report(pipes) {
    pipes.log.info("before the end");
    pipes.reportAssetMaterialization({ metadata: { rows: 1 } });
    throw new Error("too late");
  },
  unknown_asset(pipes) {
    pipes.reportAssetMaterialization({ assetKey: "stranger" });
  },
  twice(pipes) {
    pipes.reportAssetMaterialization({ metadata: { attempt: 1 } });
    pipes.reportAssetMaterialization({ metadata: { attempt: 2 } });
  },
  check_twice(pipes) {
    pipes.reportAssetCheck({ checkName: "sound", passed: true });
    pipes.reportAssetCheck({ checkName: "sound", passed: false });
  },
  refused_value(pipes) {
    pipes.reportAssetMaterialization({ metadata: { value: { deep: [undefined] } } });
  },
  refused_value_caught(pipes) {
    try {
      const value: unknown = () => 1;
      pipes.reportAssetMaterialization({ metadata: { value: value as string } });
    } catch (error) {
      pipes.log.warning(error instanceof Error ? error.name : "?");
    }
    pipes.reportAssetMaterialization({ metadata: { value: 1 } });
  },
  first_attempt(pipes) {
    pipes.log.info(`attempt ${pipes.retryNumber}`);
    if (pipes.retryNumber === 0) throw new Error("not yet");
    pipes.reportAssetMaterialization({ metadata: { attempt: pipes.retryNumber } });
  },
  async handled(pipes) {
    pipes.reportAssetMaterialization();
    await pipes.close(new Error("said, and gone on"));
  },
};

async function main(how: string): Promise<void> {
  if (how === "exit_code") {
    await withDagsterPipes((pipes) => pipes.reportAssetMaterialization());
    process.exitCode = 7;
  } else if (how === "after_close") {
    const pipes = await openDagsterPipes();
    await pipes.close();
    pipes.reportAssetMaterialization();
  } else {
    await withDagsterPipes(async (pipes) => void await FAILURES[how]?.(pipes));
  }
}

await main(process.argv[2] ?? "");
