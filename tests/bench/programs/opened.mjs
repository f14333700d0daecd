import { withDagsterPipes } from "@dagsterpipes/pipes";

await withDagsterPipes(() => {});
