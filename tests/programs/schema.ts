import { openDagsterPipes, type PipesOptions, withDagsterPipes } from "@dagsterpipes/pipes";
import { print } from "./telling.ts";

interface Settings {
  readonly threshold: number;
  readonly output: { readonly path: string };
}

type Schema = NonNullable<PipesOptions<Settings>["extrasSchema"]>;

/**
 * A schema by hand: asynchronous, changes what it validates, and names paths both ways that the
 * interface has.
 */
const byHand: Schema = {
  "~standard": {
    version: 1,
    vendor: "by-hand",
    validate: async (value: unknown) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      const { threshold, output } = value as {
        threshold?: unknown;
        output?: { path?: unknown };
      };
      const issues = [];
      if (Number.isNaN(Number(threshold))) {
        issues.push({ message: "must be a number", path: ["threshold"] });
      }
      if (typeof output?.path !== "string") {
        issues.push({ message: "must be text", path: [{ key: "output" }, "path"] });
      }
      if (issues.length > 0) return { issues };
      return { value: { threshold: Number(threshold), output: { path: String(output?.path) } } };
    },
  },
};

const throwing: Schema = {
  "~standard": {
    version: 1,
    vendor: "by-hand",
    validate: () => {
      throw new Error("the schema itself is broken");
    },
  },
};

/** Valibot is not a dependency of the installed package: the test says where it lies. */
async function valibot(url: string): Promise<Schema> {
  const v = await import(url);
  return v.object({
    threshold: v.pipe(v.unknown(), v.transform(Number), v.number()),
    output: v.object({ path: v.string() }),
  });
}

const [name = "", url = ""] = process.argv.slice(2);
const extrasSchema = name === "valibot"
  ? await valibot(url)
  : name === "throwing"
  ? throwing
  : byHand;
if (name === "opened by hand") {
  const pipes = await openDagsterPipes({ extrasSchema });
  await pipes.close();
} else {
  print(
    await withDagsterPipes({ extrasSchema }, (pipes) => {
      pipes.log("ran");
      return {
        extras: pipes.extras,
        doubled: pipes.extras.threshold * 2,
        extra: pipes.getExtra("threshold"),
      };
    }),
  );
}
