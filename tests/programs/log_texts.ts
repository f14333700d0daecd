import process from "node:process";
import { withDagsterPipes } from "@dagsterpipes/pipes";

// Logs each argument; a number is so many times the letter x.
await withDagsterPipes((pipes) => {
  for (const argument of process.argv.slice(2)) {
    pipes.log(/^\d+$/.test(argument) ? "x".repeat(Number(argument)) : argument);
  }
});
