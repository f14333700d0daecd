import { assertStringIncludes } from "@std/assert";
import { REPO_ROOT } from "../kit/places.ts";

const page = Deno.readTextFileSync(`${REPO_ROOT}/docs/stores.md`).replaceAll(/\s+/g, " ");

/** The value of a constant in a file of the stores. */
function constant(file: string, name: string): number {
  const text = Deno.readTextFileSync(`${REPO_ROOT}/src/stores/${file}`);
  const value = new RegExp(`const ${name} = ([\\d_* ]+);`).exec(text)?.[1];
  if (value === undefined) throw new Error(`${file} has no constant ${name}`);
  return value.split("*").map((factor) => Number(factor.replaceAll("_", "")))
    .reduce((product, factor) => product * factor);
}

/** Texts of the page, each with a number of the code. */
const NUMBERS: Readonly<Record<string, string>> = {
  "the time for a message": `takes ${constant("chunks/reader_pace.ts", "SLOWEST_MESSAGE_MS")} ms`,
  "the size of a small chunk": `in chunks of at most ${
    constant("chunks/reader_pace.ts", "SMALL_CHUNK_MESSAGES")
  }`,
  "the rate of small chunks": `Up to ${
    Math.floor(constant("chunks/reader_pace.ts", "SMALL_CHUNK_MESSAGES") / 12)
  } messages a second (at an interval of 10)`,
  "how many are held back": `up to ${
    constant("chunks/reader_pace.ts", "MAX_HELD_MESSAGES").toLocaleString("en")
  } are held back`,
  "how many bytes are held back": `more than ${
    constant("chunks/reader_pace.ts", "MAX_HELD_BYTES") / 1024 / 1024
  } MB`,
  "how many messages are warned of": `If more than ${
    constant("chunks/chunk_channel.ts", "MAX_SAFE_LAST_MESSAGES").toLocaleString("en")
  } are left`,
  "the time for an attempt": `An attempt may take ${
    constant("chunks/retry.ts", "MAX_ATTEMPT_MS") / 1000
  } seconds (${constant("gcs.ts", "REQUEST_TIMEOUT_MS") / 1000} with Google Cloud Storage)`,
  "the size of a chunk of DBFS": `no chunk of more than ${
    constant("databricks.ts", "MAX_DBFS_CHUNK_BYTES").toLocaleString("en")
  } bytes`,
};

for (const [name, text] of Object.entries(NUMBERS)) {
  Deno.test(`the page on stores agrees with the code: ${name}`, () => {
    assertStringIncludes(page, text);
  });
}
