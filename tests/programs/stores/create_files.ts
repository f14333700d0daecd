/**
 * Opens a session in each of so many folders, as other processes do at the same time, and prints how
 * many of them it got.
 */
import fs from "node:fs";
import process from "node:process";
import { DagsterPipesError } from "@dagsterpipes/pipes";
import { PipesUnityCatalogVolumesMessageWriter } from "@dagsterpipes/pipes/databricks";

const [folder = "", count = "", start = ""] = process.argv.slice(2);
const writer = new PipesUnityCatalogVolumesMessageWriter();
let got = 0;
while (Date.now() < Number(start));
for (let i = 0; i < Number(count); i++) {
  const path = `${folder}/${i}`;
  fs.mkdirSync(path, { recursive: true });
  const channel = await writer.open({ path });
  channel.writeMessage('{"__dagster_pipes_version":"0.1"}');
  try {
    await channel.flush?.();
    got++;
  } catch (error) {
    if (!(error instanceof DagsterPipesError && error.code === "session_already_used")) throw error;
  }
}
console.log(got);
