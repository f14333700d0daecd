import { assertEquals } from "@std/assert";
import { testMessageWriter } from "../kit/message_writer.ts";
import { PROGRAMS_DIR } from "../kit/places.ts";
import type { TempFolder } from "../kit/temp_folder.ts";

const DEFAULT = { module: `${PROGRAMS_DIR}/writers/default.ts` };

testMessageWriter("the default writer to a file", {
  ...DEFAULT,
  destination: (folder) => {
    folder.write("lines", "");
    return { params: { path: `${folder.path}/lines` }, arrived: () => folder.read("lines") };
  },
  isImmediate: true,
  refused: [
    [{}, /DAGSTER_PIPES_MESSAGES .* no keys/],
    [{ bucket: "b", key_prefix: "k" }, /the keys bucket, key_prefix/],
    [{ path: 1 }, /"path" .* must be a string, got the number 1/],
    [{ stdio: "stdin" }, /"stdio" .* must be "stdout" or "stderr"/],
  ],
});

for (const stream of ["stdout", "stderr"] as const) {
  testMessageWriter(`the default writer to ${stream}`, {
    ...DEFAULT,
    destination: () => ({
      params: { stdio: stream },
      // One of the messages is so long that it is warned of.
      arrived: (outcome) => outcome[stream].replace(/^A message of 5\d{4} bytes goes .*\n/m, ""),
    }),
    isImmediate: true,
  });

  testMessageWriter(`the default writer to ${stream}, buffered`, {
    ...DEFAULT,
    destination: () => ({
      params: { buffered_stdio: stream },
      arrived: (outcome) => outcome[stream].replace(/^The messages have 5\d{4} bytes\. .*\n/m, ""),
    }),
    isImmediate: false,
  });
}

testMessageWriter("a writer of the user's own, which sends later", {
  module: `${PROGRAMS_DIR}/writers/sends_later.ts`,
  destination: (folder) => {
    folder.write("lines", "");
    return { params: { to: `${folder.path}/lines` }, arrived: () => folder.read("lines") };
  },
  isImmediate: false,
  openedExtras: { sends: "later" },
});

/** The text of all chunks below a folder, in their order. */
function chunksOf(folder: TempFolder): string {
  const names = [...Deno.readDirSync(`${folder.path}/chunks`)].map(({ name }) => name);
  const numbers = names.map((name) => parseInt(name)).sort((a, b) => a - b);
  assertEquals(numbers, numbers.map((_, i) => i + 1), names.join());
  return numbers.map((number) => `${folder.read(`chunks/${number}.json`)}\n`).join("");
}

const OTHER_READER = [{ stdio: "stdout" }, /must hold a "path", but has the keys stdio/] as const;

testMessageWriter("the writer for volumes of Databricks", {
  module: `${PROGRAMS_DIR}/writers/volumes.ts`,
  destination: (folder) => {
    Deno.mkdirSync(`${folder.path}/chunks`);
    return { params: { path: `${folder.path}/chunks` }, arrived: () => chunksOf(folder) };
  },
  isImmediate: false,
  refused: [OTHER_READER],
});

testMessageWriter("the writer for DBFS", {
  module: `${PROGRAMS_DIR}/writers/dbfs.ts`,
  destination: (folder) => {
    Deno.mkdirSync(`${folder.path}/chunks`);
    const env = { DBFS_MOUNT: folder.path };
    return { params: { path: "/chunks" }, env, arrived: () => chunksOf(folder) };
  },
  isImmediate: false,
  refused: [OTHER_READER],
});
