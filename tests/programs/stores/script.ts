/**
 * A script whose messages go to a store. Arguments: the store, the reader's interval, what to do,
 * and how.
 */
import process from "node:process";
import { type PipesContext, withDagsterPipes } from "@dagsterpipes/pipes";
import { optionsFor, type StoreName } from "./options.ts";

const [store = "", interval = "", what = "", ...args] = process.argv.slice(2);
const options = await optionsFor(store as StoreName, { intervalSeconds: Number(interval) });

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

let told = 0;

function tell(pipes: PipesContext, count: number): void {
  for (let i = 0; i < count; i++) pipes.log(`message ${told++}`);
}

/** So many messages a second. */
async function stream(pipes: PipesContext, rate: number, seconds: number): Promise<void> {
  const start = Date.now();
  while (told < rate * seconds) {
    tell(pipes, Math.ceil((Date.now() - start) * rate / 1000) - told);
    await sleep(50);
  }
}

const SCRIPTS: Record<string, (pipes: PipesContext) => Promise<unknown> | unknown> = {
  report(pipes) {
    tell(pipes, 3);
    pipes.log(`\u00e9 \u{1F600} for ${pipes.assetKey} of run ${pipes.runId.length}`);
    pipes.log(JSON.stringify(pipes.extras));
    pipes.reportAssetMaterialization({ metadata: { rows: 3 } });
    pipes.reportAssetCheck({ checkName: "fresh", passed: true });
    console.log("printed");
  },
  stream: (pipes) => stream(pipes, Number(args[0]), Number(args[1])),
  // Such as: 3000 3 1000, where the middle one is a pause in seconds.
  async bursts(pipes) {
    for (const [i, arg] of args.entries()) {
      if (i % 2 === 0) tell(pipes, Number(arg));
      else await sleep(Number(arg) * 1000);
    }
  },
  throw(pipes) {
    tell(pipes, 3);
    throw new TypeError("mine");
  },
  async reject(pipes) {
    tell(pipes, 3);
    void Promise.reject(new RangeError("nobody's"));
    await sleep(20_000);
  },
  idle(pipes) {
    tell(pipes, 3);
    return new Promise(() => {});
  },
  async exit(pipes) {
    tell(pipes, 3);
    await sleep(10);
    process.exit(0);
  },
  async ready(pipes) {
    tell(pipes, 3);
    console.log("ready");
    await sleep(60_000);
  },
};

const script = SCRIPTS[what];
if (script === undefined) throw new Error(`There is no script "${what}"`);
// Not awaited: a runtime tells of an await at the top that nothing settles in ways of its own.
void withDagsterPipes(options, async (pipes) => {
  await script(pipes);
  if (["stream", "bursts"].includes(what)) {
    pipes.reportAssetMaterialization({ metadata: { rows: told } });
    pipes.reportAssetCheck({ checkName: "fresh", passed: true });
  }
});
