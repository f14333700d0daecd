import { readReceivedLine } from "../local/received/received_line.ts";
import { localStep } from "../local/step.ts";
import { terminal } from "../runtime/terminal.ts";
import { withDagsterPipes } from "../session/lifecycle.ts";
import type { PipesContext } from "../session/pipes_context.ts";
import { eventLines } from "./show/event_lines.ts";
import { painter } from "./show/style.ts";

/** Prints what a report on an asset would send to Dagster, outside a session of Dagster's. */
export async function printReport(
  report: (pipes: PipesContext) => void,
  assetKey: string,
): Promise<void> {
  const { context } = localStep({ assetKeys: [assetKey] });
  const paint = painter(terminal().hasColours);
  const printLine = (line: string): void => {
    const received = readReceivedLine(line);
    if ("problem" in received || ["opened", "closed"].includes(received.method)) return;
    console.log(eventLines(received.event, paint).join("\n"));
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
}
