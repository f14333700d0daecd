/** A way to Dagster that gets stuck in the step that a variable names. */
import process from "node:process";
import type { PipesMessageWriter } from "@dagsterpipes/pipes";

const never = (): Promise<never> => new Promise(() => setInterval(() => {}, 1000));

const stuck = (step: string): Promise<void> =>
  process.env.STUCK_IN === step ? never() : Promise.resolve();

export const messageWriter: PipesMessageWriter = {
  async open() {
    await stuck("open");
    return {
      writeMessage(line) {
        console.error(`sent ${line}`);
      },
      flush: () => stuck("flush"),
      close: () => stuck("close"),
    };
  },
};

const channel: { readonly messageWriter: PipesMessageWriter } = { messageWriter };
export default channel;
