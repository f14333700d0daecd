import { withDagsterPipes } from "@dagsterpipes/pipes";

/** Fails in the same place each time. */
function fail(text: string): never {
  throw new RangeError(text, { cause: new TypeError("the cause") });
}

const [how = ""] = process.argv.slice(2);
const text = "out of bounds";

if (how === "thrown") await withDagsterPipes(() => fail(text));
else if (how === "caught") {
  await withDagsterPipes(() => fail(text)).catch(() => process.exitCode = 1);
} else if (how === "zero") {
  await withDagsterPipes(() => fail(text)).catch(() => process.exitCode = 0);
} else if (how === "retried") {
  for (const attempt of [1, 2]) {
    const work = () => fail(`attempt ${attempt}`);
    try {
      await (attempt === 1 ? Promise.resolve().then(work) : withDagsterPipes(work));
    } catch (error) {
      if (attempt === 1) console.error(error);
      else process.exitCode = 1;
    }
  }
} else {
  await withDagsterPipes(async ({ signal }) => {
    await new Promise((_, reject) => {
      setTimeout(reject, 30_000);
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  });
}
