/** A script under the launcher. The argument says how it behaves. */
import { withDagsterPipes } from "@dagsterpipes/pipes";

const behaviour = process.argv[2];
const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

await withDagsterPipes(async (pipes) => {
  pipes.log.info("working");
  switch (behaviour) {
    case "ok":
      pipes.reportAssetMaterialization({ metadata: { ratio: NaN } });
      break;
    case "throw":
      throw new TypeError("no such order");
    case "close":
      await pipes.close(new Error("pg_dump: The process exited with code 1"));
      break;
    case "exit":
      process.exit(0);
      break;
    case "kill":
      process.kill(process.pid, "SIGKILL");
      await pause(5000);
      break;
    case "hang":
      for (;;);
    case "cancelled":
      console.log("ready");
      while (!pipes.signal.aborted) await pause(20);
      pipes.log.info("cleaned up");
  }
});
