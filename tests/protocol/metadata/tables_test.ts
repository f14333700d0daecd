import { asciiJson } from "../../../src/json/write_json.ts";
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { DagsterPipesError } from "../../../src/errors.ts";
import { MetadataValue } from "../../../src/protocol/metadata/builders.ts";
import type { PipesTableCell } from "../../../src/protocol/metadata/types.ts";
import { wireMetadata } from "../../../src/protocol/metadata/wire_metadata.ts";

function metadataText(metadata: unknown): string {
  return asciiJson(wireMetadata(metadata));
}

function text(value: unknown): string {
  return metadataText({ t: value });
}

function refusal(rawValue: unknown, type = "table"): string {
  const error = assertThrows(() => text({ rawValue, type }), DagsterPipesError);
  assertEquals(error.code, "invalid_value");
  return error.message;
}

/** The wire text of a table's records and columns. */
function table(
  records: readonly { readonly [name: string]: PipesTableCell }[],
): string {
  const whole = text(MetadataValue.table(records));
  return whole.slice('{"t":{"raw_value":'.length, -',"type":"table"}}'.length);
}

const ID = { name: "id", type: "int" };

Deno.test("columns are inferred from all records", () => {
  assertEquals(
    table([{ i: 1, f: 1.5, b: true, s: "x", n: null }, {
      i: 2n ** 70n,
      f: -0.5,
      b: false,
      s: "",
      n: null,
    }]),
    '{"records":[{"i":1,"f":1.5,"b":true,"s":"x","n":null},{"i":1180591620717411303424,"f":-0.5,"b":false,"s":"","n":null}],' +
      '"schema":[{"name":"i","type":"int"},{"name":"f","type":"float"},{"name":"b","type":"bool"},{"name":"s","type":"string"},' +
      '{"name":"n","type":"string"}]}',
  );
});

Deno.test("a column of whole and fractional numbers is float, and its whole cells have a point", () => {
  assertEquals(
    table([{ x: 2 }, { x: 2.5 }, { x: null }, { x: -0 }]),
    '{"records":[{"x":2.0},{"x":2.5},{"x":null},{"x":-0.0}],"schema":[{"name":"x","type":"float"}]}',
  );
});

Deno.test("a column of mixed kinds is string, and its cells stay what they are", () => {
  assertEquals(
    table([{ x: 1 }, { x: "a" }, { x: true }]),
    '{"records":[{"x":1},{"x":"a"},{"x":true}],"schema":[{"name":"x","type":"string"}]}',
  );
});

Deno.test("what a record inherits is no cell of it, and says nothing about a column", () => {
  const heir: { b: string } = Object.create({ a: "x", b: "x" }, {
    a: { value: 1, enumerable: true },
  });
  assertEquals(
    table([heir, { a: 2, b: 3 } as unknown as { b: string }]),
    '{"records":[{"a":1,"b":null},{"a":2,"b":3}],"schema":[{"name":"a","type":"int"},{"name":"b","type":"int"}]}',
  );
  Object.defineProperty(Object.prototype, "c", {
    value: 1,
    enumerable: true,
    configurable: true,
    writable: true,
  });
  try {
    assertEquals(table([{ a: 1 }]), '{"records":[{"a":1}],"schema":[{"name":"a","type":"int"}]}');
  } finally {
    delete (Object.prototype as { c?: number }).c;
  }
});

Deno.test("nulls do not change the type of a column", () => {
  assert(table([{ x: null }, { x: 1 }]).endsWith('"schema":[{"name":"x","type":"int"}]}'));
});

Deno.test("in a column of floats a bigint is one, and so is what is not written as an integer", () => {
  assertEquals(
    table([{ x: 1n }, { x: 2.5 }]),
    '{"records":[{"x":1.0},{"x":2.5}],"schema":[{"name":"x","type":"float"}]}',
  );
  for (const [odd, written] of [[-0, "-0.0"], [1e21, "1e+21"]] as const) {
    assertEquals(
      table([{ x: odd }, { x: 1 }]),
      `{"records":[{"x":${written}},{"x":1.0}],"schema":[{"name":"x","type":"float"}]}`,
    );
  }
});

Deno.test("columns that are given hold, and one of type float has only floats", () => {
  const value = MetadataValue.table([{ id: 1, price: 2 }], [ID, { name: "price", type: "float" }]);
  assert(text(value).includes('[{"id":1,"price":2.0}]'));
});

Deno.test("a table without records has the columns that it is given, or none", () => {
  assert(
    text(MetadataValue.table([], [ID])).includes(
      '{"records":[],"schema":[{"name":"id","type":"int"}]}',
    ),
  );
  assertEquals(table([]), '{"records":[],"schema":[]}');
});

Deno.test("a cell that is an array, an object or anything else is refused by its path", () => {
  const cells: [unknown, string][] = [
    [[1], "an array"],
    [{ a: 1 }, "an object"],
    [() => 1, "a function"],
  ];
  for (const [price, kind] of cells) {
    const records = [{ price: 1 }, { price: 2 }, { price: 3 }, { price }];
    assertEquals(
      refusal({ records, schema: [] }),
      `metadata.t.records[3].price: a table cell must be a string, number, bigint, boolean or null, got ${kind}`,
    );
  }
});

Deno.test("a cell that is NaN or infinite is refused, in a float column too", () => {
  for (const x of [NaN, Infinity, -Infinity]) {
    for (const type of ["float", "int"]) {
      assertEquals(
        refusal({ records: [{ x }], schema: [{ name: "x", type }] }),
        `metadata.t.records[0].x: must be a finite number, got ${x}: Dagster's UI cannot read it here`,
      );
    }
  }
});

Deno.test("a cell that is absent or undefined is null, in columns that are named and in others", () => {
  const records = [{ a: 1, b: 2 }, { b: undefined, a: 4 }, { c: 5 }];
  const rows = '[{"a":1,"b":2,"c":null},{"b":null,"a":4,"c":null},{"c":5,"a":null,"b":null}]';
  assert(table(records).includes(rows));
  const schema = ["a", "b", "c"].map((name) => ({ name, type: "int" }));
  assert(text({ rawValue: { records, schema }, type: "table" }).includes(rows));
});

Deno.test("a key that is none of the named columns is refused", () => {
  assertEquals(
    refusal({ records: [{ a: 1 }, { a: 1, z: 2 }], schema: [{ name: "a" }, { name: "b" }] }),
    'metadata.t.records[1]: has "z", which is not one of the table\'s columns: a, b',
  );
});

Deno.test("a cell with toJSON is what that gives, if that is a cell", () => {
  class Decimal {
    readonly #digits: string;
    constructor(digits: string) {
      this.#digits = digits;
    }
    get [Symbol.toStringTag](): string {
      return "Decimal";
    }
    toJSON(): string {
      return this.#digits;
    }
  }
  const records = [{ at: new Date(0), price: new Decimal("1.10") }];
  assert(table(records).includes('[{"at":"1970-01-01T00:00:00.000Z","price":"1.10"}]'));
  assertMatch(
    refusal({ records: [{ x: { toJSON: () => [1] } }], schema: [] }),
    /a table cell must/,
  );
});

Deno.test("a record with a tag of its own is like any other", () => {
  class Row {
    readonly id = 1;
    get [Symbol.toStringTag](): string {
      return "Row";
    }
  }
  assert(text(MetadataValue.table([new Row()])).includes('"records":[{"id":1}]'));
});

Deno.test("what keeps its content elsewhere than in its keys is no record: nothing gets lost in silence", () => {
  assertEquals(
    refusal({ records: [new Map([["a", 1]])], schema: [] }),
    "metadata.t.records[0]: must be an object, got a Map",
  );
  assertEquals(
    refusal({ records: [new Date(0)], schema: [] }),
    "metadata.t.records[0]: must be an object, got a Date",
  );
  assertEquals(
    refusal({ records: [[1]], schema: [] }),
    "metadata.t.records[0]: must be an object, got an array",
  );
  assertEquals(
    refusal({ records: [null], schema: [] }),
    "metadata.t.records[0]: must be an object, got null",
  );
  assertEquals(
    refusal({ records: new Set(), schema: [] }),
    "metadata.t.records: must be an array, got a Set",
  );
});

Deno.test("a column has all that it is given", () => {
  const column = {
    name: "id",
    type: "int",
    description: "the key",
    tags: { pii: "no", "": "" },
    constraints: { nullable: false, unique: true, other: ["> 0"] },
  };
  assertEquals(
    text(MetadataValue.tableSchema([column])),
    `{"t":{"raw_value":{"columns":[${JSON.stringify(column)}]},"type":"table_schema"}}`,
  );
});

Deno.test("what is left out of a column, or null, is left out of the wire, but for its type", () => {
  const columns = [{ name: "a" }, {
    name: "b",
    description: null,
    tags: null,
    constraints: null,
  }, { name: "c", constraints: {} }];
  assertEquals(
    text(MetadataValue.tableSchema(columns)),
    '{"t":{"raw_value":{"columns":[{"name":"a","type":"string"},{"name":"b","type":"string"},' +
      '{"name":"c","type":"string","constraints":{}}]},"type":"table_schema"}}',
  );
});

Deno.test("a column that Dagster would not take is refused by its path", () => {
  const columns: [unknown, string][] = [
    [5, ": must be an object, got the number 5"],
    [{}, ".name: must be a string, got undefined"],
    [{ name: 1 }, ".name: must be a string, got the number 1"],
    [{ name: "a", type: 1 }, ".type: must be a string, got the number 1"],
    [{ name: "a", description: 1 }, ".description: must be a string, got the number 1"],
    [{ name: "a", tags: ["x"] }, ".tags: must be an object, got an array"],
    [{ name: "a", tags: new Map([["x", "y"]]) }, ".tags: must be an object, got a Map"],
    [{ name: "a", tags: { x: 1 } }, ".tags.x: must be a string, got the number 1"],
    [{ name: "a", constraints: [] }, ".constraints: must be an object, got an array"],
    [
      { name: "a", constraints: { maximum: 1 } },
      '.constraints: must not have "maximum": the fields are nullable, unique, other',
    ],
    [
      { name: "a", constraints: { nullable: 1 } },
      ".constraints.nullable: must be true or false, got the number 1",
    ],
    [
      { name: "a", constraints: { unique: null } },
      ".constraints.unique: must be true or false, got null",
    ],
    [
      { name: "a", constraints: { other: "x" } },
      '.constraints.other: must be an array, got the string "x"',
    ],
    [
      { name: "a", constraints: { other: ["x", 1] } },
      ".constraints.other[1]: must be a string, got the number 1",
    ],
    [
      { name: "a", comment: "x" },
      ': must not have "comment": the fields are name, type, description, tags, constraints',
    ],
  ];
  for (const [column, why] of columns) {
    assertEquals(refusal({ columns: [ID, column] }, "table_schema"), `metadata.t.columns[1]${why}`);
    assertEquals(refusal({ records: [], schema: [ID, column] }), `metadata.t.schema[1]${why}`);
  }
});

Deno.test("two columns of one name are refused", () => {
  assertEquals(
    refusal({ columns: [ID, ID] }, "table_schema"),
    'metadata.t.columns[1]: has the name of an earlier column, "id"',
  );
});

Deno.test("a key that a table does not have is refused", () => {
  assertEquals(
    refusal({ records: [], schema: [], rows: [] }),
    'metadata.t: must not have "rows": the fields are records, schema',
  );
});

Deno.test("an asset key in a lineage goes as its parts", () => {
  const lineage = MetadataValue.tableColumnLineage({
    total: [{ assetKey: String.raw`a\/b/c`, columnName: "x" }, {
      assetKey: ["d/e"],
      columnName: "y",
    }],
    none: [],
  });
  assertEquals(
    text(lineage),
    '{"t":{"raw_value":{"deps_by_column":{"total":[{"asset_key":["a/b","c"],"column_name":"x"},' +
      '{"asset_key":["d/e"],"column_name":"y"}],"none":[]}},"type":"table_column_lineage"}}',
  );
});

Deno.test("a lineage that Dagster would not take is refused by its path", () => {
  const deps: [unknown, string][] = [
    [{ asset_key: "a" }, ".deps_by_column.c[0].column_name: must be a string, got undefined"],
    [
      { asset_key: "", column_name: "x" },
      '.deps_by_column.c[0].asset_key: must be an asset key without empty parts, got the string ""',
    ],
    [
      { asset_key: "a", column_name: 1 },
      ".deps_by_column.c[0].column_name: must be a string, got the number 1",
    ],
    [null, ".deps_by_column.c[0]: must be an object, got null"],
  ];
  for (const [dep, why] of deps) {
    assertEquals(
      refusal({ deps_by_column: { c: [dep] } }, "table_column_lineage"),
      `metadata.t${why}`,
    );
  }
  const same = ["a", ["a"]].map((asset_key) => ({ asset_key, column_name: "x" }));
  assertEquals(
    refusal({ deps_by_column: { c: same } }, "table_column_lineage"),
    "metadata.t.deps_by_column.c[1]: names the same column of the same asset as an earlier one: " +
      "Dagster accepts each only once",
  );
  assertEquals(
    refusal({ deps_by_column: { c: "x" } }, "table_column_lineage"),
    'metadata.t.deps_by_column.c: must be an array, got the string "x"',
  );
  assertEquals(
    refusal({ deps_by_column: [] }, "table_column_lineage"),
    "metadata.t.deps_by_column: must be an object, got an array",
  );
});

Deno.test("the builders refuse arguments of another shape at once", () => {
  const calls: [() => unknown, string][] = [
    [
      () => Reflect.apply(MetadataValue.table, null, ["x"]),
      'MetadataValue.table: must get an array of records, got the string "x"',
    ],
    [
      () => Reflect.apply(MetadataValue.tableColumnLineage, null, [null]),
      "MetadataValue.tableColumnLineage: must get an object of columns, got null",
    ],
    [
      () => Reflect.apply(MetadataValue.tableColumnLineage, null, [{ c: 1 }]),
      'MetadataValue.tableColumnLineage: must get an array for column "c", got the number 1',
    ],
  ];
  for (const [call, message] of calls) {
    assertEquals(assertThrows(call, DagsterPipesError).message, message);
  }
});

Deno.test("what the lineage builder cannot read is refused by its path when it is written", () => {
  const lineage = Reflect.apply(MetadataValue.tableColumnLineage, null, [{ c: [null] }]);
  assertThrows(() => text(lineage), DagsterPipesError, "metadata.t.deps_by_column.c[0]");
});
