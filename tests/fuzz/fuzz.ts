/**
 * Generated calls against Dagster's real message handler:
 * `deno task test:fuzz [--reports N] [--seed N]`.
 *
 * @module
 */
import fc from "fast-check";
import { Judge } from "../dagster/judge.ts";
import { makeCalls } from "./calls.ts";
import { checkCalls, Counts } from "./property.ts";

/** The seed that the tests use: a run that fails can be made again, and a green one stays green. */
export const SEED = 20_261_124;

/** How many of a hundred values are wrong: nothing, a few, and more. */
const KITS: readonly [wrong: number, calls: ReturnType<typeof makeCalls>][] = [
  0,
  6,
  30,
].map((wrong) => [wrong, makeCalls(wrong)]);

/**
 * Checks sequences of calls until there were so many reports. Throws at the first that fails, made
 * as small as can be.
 */
export async function fuzz(reports: number, seed: number): Promise<Counts> {
  const judge = await Judge.start();
  const counts = new Counts();
  try {
    for (let round = 0; counts.accepted + counts.refused < reports; round++) {
      const [wrong, calls] = KITS[round % KITS.length]!;
      await fc.assert(
        fc.asyncProperty(
          fc.array(calls, { minLength: 1, maxLength: 12, size: "max" }),
          (sequence) => checkCalls(judge, sequence, counts, wrong === 0),
        ),
        { seed: seed + round, numRuns: 10 },
      );
    }
    return counts;
  } finally {
    await judge.close();
  }
}

if (import.meta.main) {
  const option = (name: string, otherwise: number): number => {
    const at = Deno.args.indexOf(`--${name}`);
    return at < 0 ? otherwise : Number(Deno.args[at + 1]);
  };
  const seed = option("seed", SEED);
  const started = performance.now();
  const { accepted, refused, deaths } = await fuzz(option("reports", 10_000), seed);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const reports = accepted + refused;
  console.log(
    `fuzz: ${reports} reports with seed ${seed} in ${seconds} s: ` +
      `${accepted} accepted, ${refused} refused, ${deaths} reader deaths`,
  );
  if (Math.min(accepted, refused) < reports / 5) {
    console.error("fuzz: fewer than a fifth were accepted, or refused");
    Deno.exitCode = 1;
  }
}
