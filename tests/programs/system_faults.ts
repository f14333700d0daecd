/** Logs as many messages as its first argument says, one long one among them, and reports an asset. */
import process from "node:process";
import { withDagsterPipes } from "@dagsterpipes/pipes";

await withDagsterPipes(async (pipes) => {
  const count = Number(process.argv[2]);
  for (let i = 0; i < count; i++) {
    pipes.log(`message ${i}${i === 3 ? ` ${"long ".repeat(4000)}` : ""}`);
    // Others have their turn, the launcher and the checks of the file among them.
    if (i % 4 === 0) await new Promise((resolve) => setTimeout(resolve, 30));
  }
  pipes.reportAssetMaterialization({ metadata: { count } });
});
