import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { DagsterPipesError } from "@dagsterpipes/pipes";
import {
  PipesAzureBlobStorageContextLoader,
  PipesAzureBlobStorageMessageWriter,
} from "@dagsterpipes/pipes/azure";
import {
  PipesDbfsContextLoader,
  PipesDbfsMessageWriter,
  PipesUnityCatalogVolumesMessageWriter,
} from "@dagsterpipes/pipes/databricks";
import { PipesGCSContextLoader, PipesGCSMessageWriter } from "@dagsterpipes/pipes/gcs";
import { PipesS3ContextLoader, PipesS3MessageWriter } from "@dagsterpipes/pipes/s3";
import { PipesBlobStoreMessageWriter } from "@dagsterpipes/pipes/stores";

/** What JavaScript may pass, whatever the types say. */
type Untyped = new (options?: unknown) => unknown;

class S3Client {
  config = {};
  send(): void {}
}

/** The stores with a client, and a stand-in for theirs. */
const WITH_CLIENT: Readonly<Record<string, readonly [Untyped, Untyped, object]>> = {
  "an S3": [
    PipesS3ContextLoader as Untyped,
    PipesS3MessageWriter as Untyped,
    { getObject() {}, putObject() {}, send() {} },
  ],
  "a Storage": [
    PipesGCSContextLoader as Untyped,
    PipesGCSMessageWriter as Untyped,
    { bucket() {} },
  ],
  "a BlobServiceClient": [
    PipesAzureBlobStorageContextLoader as Untyped,
    PipesAzureBlobStorageMessageWriter as Untyped,
    { getContainerClient() {} },
  ],
};

/** Every writer, by what it needs besides how to send. */
const WRITERS: readonly (readonly [make: Untyped, own: object])[] = [
  ...Object.values(WITH_CLIENT).map(([, Writer, client]) => [Writer, { client }] as const),
  [PipesUnityCatalogVolumesMessageWriter as Untyped, {}],
  [PipesDbfsMessageWriter as Untyped, { mount: "/dbfs" }],
  [
    class extends PipesBlobStoreMessageWriter {
      constructor(options?: unknown) {
        super(() => ({} as never), options as never);
      }
    },
    {},
  ],
];

function refusal(Class: Untyped, options?: unknown): string {
  const { code, message } = assertThrows(() => new Class(options), DagsterPipesError);
  assertEquals(code, "invalid_argument");
  return message;
}

Deno.test("an S3Client is refused, with the advice to pass an S3", () => {
  for (const Class of [PipesS3ContextLoader, PipesS3MessageWriter]) {
    assertEquals(
      refusal(Class as Untyped, { client: new S3Client() }),
      `Cannot use the options of ${Class.name}: client: must be an S3 of @aws-sdk/client-s3: pass new S3(sameConfig) instead of new S3Client(sameConfig), got a S3Client`,
    );
  }
});

for (const [name, [Loader, Writer, client]] of Object.entries(WITH_CLIENT)) {
  Deno.test(`what is not ${name} is refused`, () => {
    for (const Class of [Loader, Writer]) {
      const cannot = `Cannot use the options of ${Class.name}:`;
      for (const wrong of [null, {}, "client", [client]]) {
        const message = refusal(Class, { client: wrong });
        assertEquals(message.startsWith(`${cannot} client: must be ${name} of @`), true, message);
      }
      for (const none of [{}, { client: undefined }]) {
        assertEquals(refusal(Class, none), `${cannot} client: is missing`);
      }
      assertEquals(refusal(Class), `${cannot} options: is missing`);
      assertEquals(refusal(Class, []), `${cannot} options: must be an object, got an array`);
      new Class({ client });
    }
  });
}

Deno.test("an option that does not exist is refused, and those that do are named", () => {
  for (const [Writer, own] of WRITERS) {
    const names = [...Object.keys(own), "intervalSeconds", "deadlineSeconds", "maxUnsentBytes"];
    assertStringIncludes(
      refusal(Writer, { ...own, interval: 5 }),
      `: interval: is unknown. The options are ${names.join(", ")}`,
    );
  }
  for (const [Loader, , client] of Object.values(WITH_CLIENT)) {
    assertStringIncludes(
      refusal(Loader, { client, intervalSeconds: 5 }),
      "intervalSeconds: is unknown. The options are client",
    );
  }
  assertStringIncludes(
    refusal(PipesDbfsContextLoader as Untyped, { root: "/dbfs" }),
    "root: is unknown. The options are mount",
  );
});

Deno.test("values that are not possible are refused", () => {
  const cases: readonly (readonly [options: object, message: string])[] = [
    [{ intervalSeconds: 0 }, "intervalSeconds: must be above 0, got the number 0"],
    [
      { intervalSeconds: -1 },
      "intervalSeconds: must be 0 or more, got the number -1; intervalSeconds: must be above 0, got the number -1",
    ],
    [{ intervalSeconds: NaN }, "intervalSeconds: must be a number of seconds, got NaN"],
    [
      { intervalSeconds: Infinity },
      "intervalSeconds: must be less than 25 days, the longest time of a timer, got Infinity",
    ],
    [
      { intervalSeconds: "10" },
      'intervalSeconds: must be a number of seconds, got the string "10"',
    ],
    [{ deadlineSeconds: -1 }, "deadlineSeconds: must be 0 or more, got the number -1"],
    [
      { deadlineSeconds: 1e9 },
      "deadlineSeconds: must be less than 25 days, the longest time of a timer, got the number 1000000000",
    ],
    [{ maxUnsentBytes: null }, "maxUnsentBytes: must be a number, got null"],
  ];
  for (const [Writer, own] of WRITERS) {
    for (const [options, message] of cases) {
      const refused = refusal(Writer, { ...own, ...options });
      assertEquals(refused.replace(/^Cannot use the options of \w+: /, ""), message);
    }
    new Writer({ ...own, intervalSeconds: 0.1, deadlineSeconds: 0, maxUnsentBytes: undefined });
  }
  for (const Class of [PipesDbfsContextLoader, PipesDbfsMessageWriter]) {
    assertStringIncludes(
      refusal(Class as Untyped, { mount: 3 }),
      "mount: must be a string, got the number 3",
    );
  }
});
