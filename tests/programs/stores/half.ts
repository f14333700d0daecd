/** One of two processes of a step: the first reports the asset, the second its check. */
import process from "node:process";
import { withDagsterPipes } from "@dagsterpipes/pipes";
import { optionsFor } from "./options.ts";

const [number] = process.argv.slice(2);
await withDagsterPipes(await optionsFor("s3", { intervalSeconds: 1 }), (pipes) => {
  pipes.log(`from process ${number}`);
  if (number === "0") pipes.reportAssetMaterialization({ metadata: { rows: 3 } });
  else pipes.reportAssetCheck({ checkName: "fresh", passed: true });
});
