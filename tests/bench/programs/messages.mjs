import { withDagsterPipes } from "@dagsterpipes/pipes";
import { args, tell } from "./tell.mjs";

const count = Number(args[0]);
await withDagsterPipes((pipes) => {
  const start = performance.now();
  for (let i = 0; i < count; i++) {
    pipes.log.info(
      `Row ${i} of the orders was read, checked, and written to the table of the day, as the step before this one asked for`,
    );
  }
  tell(performance.now() - start);
});
