/**
 * Writes many long lines: as many custom messages as the first argument says, of as many bytes as
 * the second.
 */
import process from "node:process";
import { withDagsterPipes } from "@dagsterpipes/pipes";

const [writer = "", lines = "0", bytes = "0"] = process.argv.slice(2);

await withDagsterPipes((pipes) => {
  const filling = writer.repeat(Number(bytes));
  for (let index = 0; index < Number(lines); index++) {
    pipes.reportCustomMessage({ writer, index, filling });
  }
});
