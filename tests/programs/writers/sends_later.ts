/** A writer as a user may write one for a network: it opens, sends and closes asynchronously. */
import { appendFile } from "node:fs/promises";
import type { PipesMessageWriter } from "@dagsterpipes/pipes";

const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

const writer: PipesMessageWriter = {
  async open({ to }) {
    await later();
    const unsent: string[] = [];
    async function flush(signal?: AbortSignal): Promise<void> {
      while (unsent.length > 0) {
        signal?.throwIfAborted();
        await later();
        await appendFile(String(to), `${unsent[0]}\n`);
        unsent.shift();
      }
    }
    return {
      writeMessage: (line) => void unsent.push(line),
      flush,
      get unsentMessages() {
        return unsent.length;
      },
      close: flush,
    };
  },
  getOpenedExtras: () => ({ sends: "later" }),
};
export default writer;
