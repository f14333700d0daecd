import { withDagsterPipes } from "@dagsterpipes/pipes";
import { tell } from "./tell.mjs";

const start = performance.now();
await withDagsterPipes((pipes) => {
  const took = performance.now() - start;
  if (pipes.getExtra("rows").length < 1000) throw new Error("rows are missing");
  tell(took);
});
