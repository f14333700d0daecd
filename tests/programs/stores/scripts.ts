import process from "node:process";
import type { PipesContext } from "@dagsterpipes/pipes";

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

let told = 0;

function tell(pipes: PipesContext, count: number): void {
  for (let i = 0; i < count; i++) pipes.log(`message ${told++}`);
}

/** Says last of all how many messages there were. */
function report(pipes: PipesContext): void {
  pipes.reportAssetMaterialization({ metadata: { rows: told } });
  pipes.reportAssetCheck({ checkName: "fresh", passed: true });
}

const SCRIPTS: Record<string, (pipes: PipesContext, args: string[]) => unknown> = {
  report(pipes) {
    tell(pipes, 3);
    pipes.log(`\u00e9 \u{1F600} for ${pipes.assetKey} of run ${pipes.runId.length}`);
    pipes.log(JSON.stringify(pipes.extras));
    console.log("printed");
    report(pipes);
  },
  /** So many messages a second, for so many seconds. */
  async stream(pipes, [rate, seconds]) {
    const start = Date.now();
    const all = Number(rate) * Number(seconds);
    while (told < all) {
      const due = Math.ceil((Date.now() - start) * Number(rate) / 1000);
      tell(pipes, Math.min(due, all) - told);
      await sleep(50);
    }
    report(pipes);
  },
  /** Such as 3000 3 1000, where the middle one is a pause in seconds. */
  async bursts(pipes, args) {
    for (const [i, arg] of args.entries()) {
      if (i % 2 === 0) tell(pipes, Number(arg));
      else await sleep(Number(arg) * 1000);
    }
    report(pipes);
  },
  /** As many characters as a chunk of DBFS can hold bytes, in several messages and in an exception. */
  long(pipes) {
    const text = "\u6f22".repeat(70_000);
    for (let i = 0; i < 4; i++) pipes.log(`${i} ${text}`);
    throw new RangeError(text.repeat(4));
  },
  text(pipes, [text]) {
    pipes.log(String(text));
    report(pipes);
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
  async kill(pipes) {
    tell(pipes, 3);
    await sleep(10);
    process.kill(process.pid, "SIGKILL");
    await sleep(10_000);
  },
  async ready(pipes) {
    tell(pipes, 3);
    console.log("ready");
    await sleep(60_000);
  },
};

/** Does what a test asks for. */
export async function runScript(pipes: PipesContext, what: string, args: string[]): Promise<void> {
  const script = SCRIPTS[what];
  if (script === undefined) throw new Error(`There is no script "${what}"`);
  await script(pipes, args);
}
