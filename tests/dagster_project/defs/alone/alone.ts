import { withDagsterPipes } from "@dagsterpipes/pipes";

await withDagsterPipes((pipes) => pipes.reportAssetMaterialization());
