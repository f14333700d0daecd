/**
 * Reports through a volume, whose folder is filled after the opening; after so many seconds of the
 * close there is room again. Then it prints what is in the folder.
 */
import fs from "node:fs";
import process from "node:process";
import { openDagsterPipes } from "@dagsterpipes/pipes";
import { PipesUnityCatalogVolumesMessageWriter } from "@dagsterpipes/pipes/databricks";

const [folder = "", roomAfter = ""] = process.argv.slice(2);
const ballast = `${folder}/ballast`;

function fill(): void {
  const file = fs.openSync(ballast, "w");
  const piece = new Uint8Array(1024);
  try {
    for (;;) fs.writeSync(file, piece);
  } catch (error) {
    if ((error as { code?: string }).code !== "ENOSPC") throw error;
  } finally {
    fs.closeSync(file);
  }
}

function printChunks(): void {
  const names = fs.readdirSync(folder).filter((name) => name !== "ballast").sort();
  const chunks = names.map((name) => [name, fs.readFileSync(`${folder}/${name}`, "utf8")]);
  console.log(JSON.stringify(chunks));
}

const messageWriter = new PipesUnityCatalogVolumesMessageWriter({
  intervalSeconds: 0.1,
  deadlineSeconds: 5,
});
try {
  const pipes = await openDagsterPipes({ messageWriter });
  fill();
  for (let n = 0; n < 20; n++) pipes.log.info(`message ${n} ${"of many words ".repeat(100)}`);
  if (roomAfter !== "") setTimeout(() => fs.rmSync(ballast), Number(roomAfter) * 1000);
  await pipes.close();
} finally {
  printChunks();
}
