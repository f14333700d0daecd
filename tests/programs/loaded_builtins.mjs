const before = [...process.moduleLoadList];
const { withDagsterPipes } = await import("@dagsterpipes/pipes");
await withDagsterPipes(() => {});
const after = [...process.moduleLoadList];
console.log(JSON.stringify({ before, after }));
