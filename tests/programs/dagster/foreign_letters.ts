/** Reports text that the locale of an older Dagster cannot decode. */
import { withDagsterPipes } from "@dagsterpipes/pipes";

const TEXT = "Łódź “quoted” Ávila 😀";

await withDagsterPipes((pipes) => {
  pipes.log.info(TEXT);
  pipes.reportAssetMaterialization({ metadata: { text: TEXT } });
});
