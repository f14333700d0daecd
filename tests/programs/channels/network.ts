/** A way to Dagster of the user's own, on which each message takes 200 ms. */
import { appendFile } from "node:fs/promises";
import process from "node:process";
import type { PipesMessageWriter, PipesParams, PipesParamsLoader } from "@dagsterpipes/pipes";

const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 200));

export const messageWriter: PipesMessageWriter = {
  open({ to }) {
    let sending = Promise.resolve();
    return {
      writeMessage(line) {
        sending = sending.then(later).then(() => appendFile(String(to), `${line}\n`));
      },
      close: () => sending,
    };
  },
};

const { MY_PARAMS = "" } = process.env;

/** Finds the params where Dagster never put them. */
export const paramsLoader: PipesParamsLoader = {
  isDagsterPipesProcess: () => MY_PARAMS !== "",
  loadContextParams: (): PipesParams => JSON.parse(MY_PARAMS).context,
  loadMessagesParams: (): PipesParams => JSON.parse(MY_PARAMS).messages,
};

const channel: {
  readonly messageWriter: PipesMessageWriter;
  readonly paramsLoader: PipesParamsLoader;
} = { messageWriter, paramsLoader };
export default channel;
