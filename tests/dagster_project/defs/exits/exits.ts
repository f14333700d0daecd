import { withDagsterPipes } from "@dagsterpipes/pipes";
import process from "node:process";

await withDagsterPipes(() => {
  // Nothing of the session sees this end: it says nothing, and the exit code is 0.
  Reflect.get(process, "reallyExit").call(process, 0);
});
