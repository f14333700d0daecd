import { readReceivedLine } from "../local/received/received_line.ts";
import { localStep } from "../local/step.ts";
import { withDagsterPipes } from "../session/lifecycle.ts";
import type { PipesContext } from "../session/pipes_context.ts";
import { EventView, printLines } from "./show/event_view.ts";

/** Prints what a report on an asset would send to Dagster, outside a session of Dagster's. */
export async function printReport(
  report: (pipes: PipesContext) => void,
  assetKey: string,
): Promise<void> {
  const { context } = localStep({ assetKeys: [assetKey] });
  let printed: Promise<unknown> | undefined;
  const printLine = (line: string): void => {
    const received = readReceivedLine(line);
    if ("problem" in received || ["opened", "closed"].includes(received.method)) return;
    printed = printLines(new EventView().linesOf(received.event));
  };
  await withDagsterPipes({
    paramsLoader: {
      isDagsterPipesProcess: () => true,
      loadContextParams: () => ({}),
      loadMessagesParams: () => ({}),
    },
    contextLoader: { loadContext: () => context },
    messageWriter: { open: () => ({ writeMessage: printLine, close() {} }) },
    handleSignals: false,
  }, report);
  await printed;
}
