import { withDagsterPipes } from "@dagsterpipes/pipes";

const { inflateSync } = Bun;
let calls = 0;
Bun.inflateSync = (...args) => {
  calls++;
  return inflateSync(...args);
};
await withDagsterPipes(() => {});
console.log(calls);
