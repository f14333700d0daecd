import { existsSync } from "@std/fs";
import { PROGRAMS_DIR } from "../kit/places.ts";
import { testMessageWriter } from "../kit/message_writer.ts";

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
    destination: () => ({ params: { stdio: stream }, arrived: (outcome) => outcome[stream] }),
    isImmediate: true,
  });

  testMessageWriter(`the default writer to ${stream}, buffered`, {
    ...DEFAULT,
    destination: () => ({
      params: { buffered_stdio: stream },
      arrived: (outcome) => outcome[stream],
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

testMessageWriter("the writer to a Unity Catalog volume", {
  module: `${PROGRAMS_DIR}/writers/volumes.ts`,
  destination: (folder) => {
    const path = `${folder.path}/messages`;
    Deno.mkdirSync(path);
    return { params: { path }, arrived: () => chunksIn(path) };
  },
  isImmediate: false,
  refused: [
    [{}, /DAGSTER_PIPES_MESSAGES .* no keys/],
    [{ path: 1 }, /"path" .* must be a string, got the number 1/],
  ],
});

/** The lines of all chunks, as those of a file. */
function chunksIn(path: string): string {
  const chunks = [];
  for (let index = 1; existsSync(`${path}/${index}.json`); index++) {
    chunks.push(`${Deno.readTextFileSync(`${path}/${index}.json`)}\n`);
  }
  return chunks.join("");
}
