import { readFileSync } from "node:fs";
import process from "node:process";
import { PipesMappingParamsLoader, withDagsterPipes } from "@dagsterpipes/pipes";

// Opens a session whose parameters are the text of a file.

const value = readFileSync(process.argv[2] ?? "", "utf8");
const paramsLoader = new PipesMappingParamsLoader({
  DAGSTER_PIPES_CONTEXT: value,
  DAGSTER_PIPES_MESSAGES: value,
});
await withDagsterPipes({ paramsLoader }, () => {});
