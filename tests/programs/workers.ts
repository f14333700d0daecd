/** Has workers, which open a session or fail in the way that the first argument names. */
import process from "node:process";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { withDagsterPipes } from "@dagsterpipes/pipes";

const [how = ""] = process.argv.slice(2);

function work(onMessage: (message: string) => void = () => {}): Promise<void> {
  const worker = new Worker(new URL(import.meta.url), { argv: [how] });
  return new Promise((resolve, reject) => {
    worker.on("message", onMessage);
    worker.on("error", reject);
    worker.on("exit", (code) => code === 0 ? resolve() : reject(new Error(`code ${code}`)));
  });
}

/** A worker of the web's kind, whose error is caught by nobody. */
async function failInWebWorker(): Promise<void> {
  const source = encodeURIComponent("throw new RangeError('from a worker')");
  new globalThis.Worker(`data:text/javascript,${source}`, { type: "module" });
  await new Promise((resolve) => setTimeout(resolve, 1000));
}

/** A worker of Node's kind, likewise. */
async function failInThread(): Promise<void> {
  new Worker("throw new RangeError('from a worker')", { eval: true });
  await new Promise((resolve) => setTimeout(resolve, 1000));
}

if (!isMainThread) {
  const options = how === "opens with signals left to it" ? { handleSignals: false } : {};
  const working = withDagsterPipes(options, (pipes) => pipes.log("from a worker"));
  if (how === "opens beside the main thread") {
    await working.catch(({ code }) => parentPort?.postMessage(`refused: ${code}`));
    process.exit(0);
  }
  await working;
} else if (how === "opens beside the main thread") {
  await withDagsterPipes((pipes) => work((message) => pipes.log(message)));
} else if (how === "fails in a web worker") {
  await withDagsterPipes(failInWebWorker);
} else if (how === "fails in a thread") {
  await withDagsterPipes(failInThread);
} else {
  await work();
}
