/**
 * What may be reported as far as its type says, and what may not: compiled only, by `tsc` in projects
 * of all kinds. Each line that must not compile stands below a comment that expects so.
 */
import {
  type AssetCheckReport,
  type AssetMaterializationReport,
  MetadataValue,
  openDagsterPipes,
  type PipesContext,
  type PipesMetadata,
  type PipesMetadataRawValue,
  type PipesMetadataValue,
  pipesMetadataValue,
  type PipesObject,
} from "@dagsterpipes/pipes";

interface Row {
  id: number;
  name?: string;
  price?: number | undefined;
}

interface Counts {
  rows: number;
  note?: string;
  at: Date;
  total: PipesMetadataValue<"int">;
}

interface Tree {
  label: unknown;
  children: readonly Tree[];
  parent?: Tree;
}

interface Named {
  name: string;
  message: string;
}

class Point {
  x = 1;
  #y = 2;
  sum(): number {
    return this.x + this.#y;
  }
}

class Failure extends Error {
  code = 1;
}

declare const rows: Row[];
declare const counts: Counts;
declare const tree: Tree;
declare const named: Named;
declare const maybe: string | undefined;
declare const either: string | number[] | { row: Row };
declare const oneOrOther: { rows: number } | { skipped: string };
declare const later: Promise<number>;
declare const thenable: { then(done: (value: number) => void): void };
declare const error: Error;
const failure = new Failure();
declare const anything: unknown;
declare const object: object;
declare const record: Record<string, unknown>;
declare const metadata: PipesMetadata;
declare const report: AssetMaterializationReport;
declare const check: AssetCheckReport;
declare const raw: PipesMetadataRawValue;
declare const written: PipesObject;

const pipes: PipesContext = await openDagsterPipes();

pipes.reportAssetMaterialization();
pipes.reportAssetMaterialization({});
pipes.reportAssetMaterialization(report);
pipes.reportAssetMaterialization({ metadata });
pipes.reportAssetMaterialization({ metadata: counts, dataVersion: "1" });
pipes.reportAssetMaterialization({ metadata: undefined });
pipes.reportAssetMaterialization({
  metadata: {
    text: "a",
    one: 1,
    large: 1n,
    is: true,
    nothing: null,
    date: new Date(),
    rows,
    row: rows[0]!,
    tree,
    named,
    either,
    object,
    record,
    raw,
    written,
    point: new Point(),
    nested: { deep: [{ row: rows[0], maybe }] },
    map: new Map([["a", 1]]),
    bytes: new Uint8Array(1),
    table: MetadataValue.table(rows, [{ name: "id" }]),
    typed: pipesMetadataValue(1, "int"),
    records: pipesMetadataValue({ records: rows, schema: [{ name: "id" }] }, "table"),
    inferred: pipesMetadataValue(rows),
    explicit: pipesMetadataValue<"__infer__">({ a: 1 }),
    wire: { raw_value: 1, type: "int" },
  },
});
pipes.reportAssetMaterialization({ metadata: oneOrOther });
pipes.reportAssetMaterialization({ metadata: maybe === undefined ? { a: 1 } : { b: [1] } });
pipes.reportAssetMaterialization({ metadata: { rows: 1, ...(maybe && { maybe }) } });
pipes.reportAssetMaterialization({ metadata: { ...metadata, more: 1 } });
pipes.reportCustomMessage(oneOrOther);
MetadataValue.json(oneOrOther);
pipes.reportAssetCheck(check);
pipes.reportAssetCheck({ checkName: "a", passed: true, severity: "WARN", metadata: counts });
for (const payload of [1, "a", null, rows, tree, { maybe, anything, record }, new Point()]) {
  pipes.reportCustomMessage(payload);
}
pipes.reportCustomMessage(anything);
pipes.reportCustomMessage(counts);
pipes.reportCustomMessage(raw);
pipes.reportCustomMessage({ name: error.name, message: error.message, stack: error.stack });
pipes.logExternalStream("stdout", "text");
pipes.logExternalStream("stdout", "text", counts);
pipes.logExternalStream("stdout", "text", record);
for (const value of [rows, tree, record, object, null, [], {}]) MetadataValue.json(value);
MetadataValue.json(written);
MetadataValue.table([{ at: new Date(), cell: maybe, large: 1n }]);
const whole: PipesMetadata = { rows, tree, nested: { then: "text" }, named, point: new Point() };
const one: PipesMetadataRawValue = rows;

// @ts-expect-error A promise.
pipes.reportAssetMaterialization({ metadata: { later } });
// @ts-expect-error Something that is awaited like a promise.
pipes.reportAssetMaterialization({ metadata: { thenable } });
// @ts-expect-error An error.
pipes.reportAssetMaterialization({ metadata: { error } });
// @ts-expect-error An error of a class of one's own.
pipes.reportAssetMaterialization({ metadata: { failure } });
// @ts-expect-error A function.
pipes.reportAssetMaterialization({ metadata: { value: () => 1 } });
// @ts-expect-error Nothing.
pipes.reportAssetMaterialization({ metadata: { value: undefined } });
// @ts-expect-error What may be nothing.
pipes.reportAssetMaterialization({ metadata: { maybe } });
// @ts-expect-error A symbol.
pipes.reportAssetMaterialization({ metadata: { value: Symbol() } });
// @ts-expect-error A promise in an array.
pipes.reportAssetMaterialization({ metadata: { value: [later] } });
// @ts-expect-error A promise, deep in an object.
pipes.reportAssetMaterialization({ metadata: { value: { deep: [{ later }] } } });
// @ts-expect-error What may be a promise.
pipes.reportAssetMaterialization({ metadata: { value: maybe ?? later } });
// @ts-expect-error No labels.
pipes.reportAssetMaterialization({ metadata: rows });
// @ts-expect-error No object.
pipes.reportAssetMaterialization({ metadata: "rows" });
// @ts-expect-error No field of a report.
pipes.reportAssetMaterialization({ metadata: counts, data_version: "1" });
// @ts-expect-error A promise of a check.
pipes.reportAssetCheck({ checkName: "a", passed: true, metadata: { later } });
// @ts-expect-error No severity.
pipes.reportAssetCheck({ checkName: "a", passed: true, severity: "BAD", metadata: counts });
// @ts-expect-error A promise.
pipes.reportCustomMessage(later);
// @ts-expect-error An error.
pipes.reportCustomMessage(error);
// @ts-expect-error A function.
pipes.reportCustomMessage(() => 1);
// @ts-expect-error A class.
pipes.reportCustomMessage(Point);
// @ts-expect-error Nothing.
pipes.reportCustomMessage(undefined);
// @ts-expect-error A field that is an error.
pipes.reportCustomMessage({ error });
// @ts-expect-error An item that is a promise.
pipes.reportCustomMessage([later]);
// @ts-expect-error A field that is a promise.
pipes.logExternalStream("stdout", "text", { later });
// @ts-expect-error No labels.
pipes.logExternalStream("stdout", "text", ["a"]);
// @ts-expect-error A promise.
MetadataValue.json(later);
// @ts-expect-error An error.
MetadataValue.json(error);
// @ts-expect-error A function.
MetadataValue.json(() => 1);
MetadataValue.json("text");
// @ts-expect-error A field that is a promise.
MetadataValue.json({ later });
// @ts-expect-error A cell that is a promise.
MetadataValue.table([{ later }]);
// @ts-expect-error A cell that is an object.
MetadataValue.table([{ cell: { a: 1 } }]);
// @ts-expect-error A promise.
pipesMetadataValue(later);
// @ts-expect-error A text for a number.
pipesMetadataValue("1", "int");
// @ts-expect-error A promise in a table.
pipesMetadataValue({ records: [{ later }], schema: [] }, "table");
// @ts-expect-error A promise, in metadata whose type is given.
const withPromise: PipesMetadata = { later };
// @ts-expect-error An error, in metadata whose type is given.
const withError: PipesMetadata = { error };
// @ts-expect-error A function, in metadata whose type is given.
const withFunction: PipesMetadata = { value: () => 1 };

export { one, whole, withError, withFunction, withPromise };
