/** Reports text that the locale of an older Dagster cannot decode, an exception too. */
import process from "node:process";
import { withDagsterPipes } from "@dagsterpipes/pipes";

const TEXT = "Łódź “quoted” Ávila 😀";

try {
  await withDagsterPipes((pipes) => {
    pipes.log.info(TEXT);
    pipes.reportAssetMaterialization({ metadata: { text: TEXT } });
    pipes.reportAssetCheck({ checkName: "letters", passed: true, metadata: { text: TEXT } });
    throw new Error(TEXT);
  });
} catch {
  // Dagster stores the reports of a process that succeeds.
  process.exit(0);
}
