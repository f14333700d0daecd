import { openDagsterPipes } from "@dagsterpipes/pipes";

/** Longer than a process needs to notice what another one did. */
const pause = () => new Promise((resolve) => setTimeout(resolve, 50));

const pipes = await openDagsterPipes();
console.error("1");
await pause();
pipes.log("2");
await pause();
console.log("3");
await pause();
console.error("4");
await pause();
pipes.log("5");
await pause();
console.log("6");
await pause();
await pipes.close();
await pause();
console.log("7");
