/**
 * Calls that must not compile: where one does, its `@ts-expect-error` is an error of its own, and
 * `deno check` fails. JavaScript users have no compiler, so each wrong call that reaches Dagster is
 * refused when it runs, too.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import {
  type AssetCheckReport,
  DagsterPipesError,
  MetadataValue,
  type PipesContext,
  type PipesLogLevel,
  type PipesMetadata,
  type PipesMetadataValue,
  pipesMetadataValue,
  type PipesOptions,
  type PipesTableColumn,
  type PipesTableColumnDep,
  type StandardSchemaV1,
  withDagsterPipes,
} from "@dagsterpipes/pipes";
import { sessionTest } from "./kit/failing_session.ts";
import { memorySession } from "./kit/memory_session.ts";

/** Whether two types are the same one. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true
  : false;

const schema: StandardSchemaV1<unknown, { threshold: number }> = {
  "~standard": { version: 1, vendor: "test", validate: () => ({ value: { threshold: 1 } }) },
};

Deno.test("metadata of the wrong kind does not compile, and is refused", async () => {
  const { options, lines } = memorySession();
  await withDagsterPipes(options, (pipes) => {
    const refused = (metadata: PipesMetadata) => {
      assertThrows(
        () => pipes.reportAssetMaterialization({ metadata }),
        DagsterPipesError,
        "metadata.",
      );
    };
    // @ts-expect-error a string is no int
    refused({ v: MetadataValue.int("a") });
    // @ts-expect-error a bigint is no float
    refused({ v: MetadataValue.float(1n) });
    // @ts-expect-error a number is no text
    refused({ v: MetadataValue.text(1) });
    // @ts-expect-error a scalar is no JSON document
    refused({ v: MetadataValue.json(1) });
    // @ts-expect-error a string is no point in time
    refused({ v: MetadataValue.timestamp("2026-01-01") });
    // @ts-expect-error a number is no bool
    refused({ v: MetadataValue.bool(1) });
    // @ts-expect-error a cell cannot be an array
    refused({ v: MetadataValue.table([{ a: [1] }]) });
    // @ts-expect-error a cell cannot be an object
    refused({ v: MetadataValue.table([{ a: { b: 1 } }]) });
    // A cell may be missing, and be a date.
    MetadataValue.table([{ a: 1, b: undefined }, { a: new Date(0) }]);
    // @ts-expect-error a Map is no record
    refused({ v: MetadataValue.table([new Map([["a", 1]])]) });
    // @ts-expect-error a column must have a name
    refused({ v: MetadataValue.tableSchema([{ type: "int" }]) });
    // @ts-expect-error there is no constraint of that name
    const odd: PipesTableColumn = { name: "a", constraints: { maximum: 1 } };
    refused({ v: MetadataValue.tableSchema([odd]) });
    // @ts-expect-error a column of a lineage must be named
    const unnamed: PipesTableColumnDep = { assetKey: "a" };
    refused({ v: MetadataValue.tableColumnLineage({ c: [unnamed] }) });
    // @ts-expect-error a string is no int
    refused({ v: pipesMetadataValue("a", "int") });
    // @ts-expect-error there is no type of that name
    refused({ v: pipesMetadataValue("a", "string") });
    // @ts-expect-error a table needs its schema
    refused({ v: pipesMetadataValue({ records: [] }, "table") });
    // @ts-expect-error undefined is no value
    refused({ v: undefined });
    // @ts-expect-error a symbol is no value
    refused({ v: Symbol("s") });
  });
  assertEquals(lines.length, 2);
});

Deno.test("reports of the wrong kind do not compile, and are refused", async () => {
  const { options, lines } = memorySession();
  await withDagsterPipes(options, (pipes) => {
    const check = { checkName: "c", passed: true };
    const refused = (call: () => void) => {
      assertThrows(call, DagsterPipesError);
    };
    // @ts-expect-error severity is WARN or ERROR
    const wrong: AssetCheckReport = { ...check, severity: "warn" };
    refused(() => pipes.reportAssetCheck(wrong));
    // @ts-expect-error a check has a result
    refused(() => pipes.reportAssetCheck({ checkName: "c" }));
    // @ts-expect-error a check has a name
    refused(() => pipes.reportAssetCheck({ passed: true }));
    // @ts-expect-error Python's names are not this package's
    refused(() => pipes.reportAssetMaterialization({ data_version: "v" }));
    // @ts-expect-error a data version is a string
    refused(() => pipes.reportAssetMaterialization({ dataVersion: 1 }));
    // @ts-expect-error an asset key is a string, or an array of strings
    refused(() => pipes.reportAssetMaterialization({ assetKey: 1 }));
    // @ts-expect-error there is no level of that name
    refused(() => pipes.log("x", "TRACE"));
    // @ts-expect-error a message is a string
    refused(() => pipes.log.info(1));
    // @ts-expect-error there is no such stream
    refused(() => pipes.logExternalStream("stdin", "x"));
    // @ts-expect-error extras are an object
    refused(() => pipes.logExternalStream("stdout", "x", 1));
  });
  assertEquals(lines.length, 2);
});

sessionTest("options of the wrong kind do not compile, and are refused", async () => {
  const refused = async (options: PipesOptions) => {
    let code = "none";
    await withDagsterPipes(options, () => {}).catch((error) => code = error.code);
    assertEquals(code, "invalid_argument");
  };
  await Promise.all([
    // @ts-expect-error a number of seconds
    refused({ graceSeconds: "10" }),
    // @ts-expect-error true or false
    refused({ handleSignals: "no" }),
    // @ts-expect-error a loader has methods
    refused({ paramsLoader: {} }),
    // @ts-expect-error a writer has a method
    refused({ messageWriter: {} }),
    // @ts-expect-error there is no such option
    refused({ params: {} }),
  ]);
});

Deno.test("the extras have the type of the schema", async () => {
  const { options } = memorySession();
  await withDagsterPipes({ ...options, extrasSchema: schema }, (pipes) => {
    const same: Same<typeof pipes, PipesContext<{ threshold: number }>> = true;
    const threshold: number = pipes.getExtra("threshold");
    assertEquals([same, threshold, pipes.extras.threshold], [true, 1, 1]);
    assertThrows(
      // @ts-expect-error the schema has no such key
      () => pipes.getExtra("treshold"),
      DagsterPipesError,
      "the extras are threshold",
    );
  });
});

Deno.test("the function's result is the call's, awaited", async () => {
  const { options } = memorySession();
  const result: number = await withDagsterPipes(options, () => Promise.resolve(5));
  assertEquals(result, 5);
});

Deno.test("the types say what the values are", () => {
  const rows: { id: number; name: string | null }[] = [{ id: 1, name: null }];
  interface Row {
    readonly id: bigint;
  }
  const interfaces: readonly Row[] = [{ id: 1n }];
  const columns: PipesTableColumn[] = [{ name: "id" }];
  const values: PipesMetadataValue[] = [
    MetadataValue.table(rows),
    MetadataValue.table(interfaces, columns),
    pipesMetadataValue(new URL("https://a.example"), "url"),
    pipesMetadataValue(1n),
  ];
  assertEquals(values.map(({ type }) => type), ["table", "table", "url", "__infer__"]);
  const levels: PipesLogLevel[] = ["DEBUG", "info", "WARNING", "error", "CRITICAL"];
  const sameInt: Same<ReturnType<typeof MetadataValue.int>, PipesMetadataValue<"int">> = true;
  assertEquals([levels.length, sameInt], [5, true]);
});
