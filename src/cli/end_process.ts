import type { ExitStatus } from "../process/exit_status.ts";
import { exitProcess } from "../runtime/exit_process.ts";

/** How long a signal may take to end this process. */
const SIGNAL_WAIT_MS = 100;

/** Signals that do not end a process: at this one Node opens its debugger. */
const SIGNALS_NOT_TO_SEND: readonly string[] = ["SIGUSR1"];

/** Ends this process as another one ended. */
export async function endProcessLike(end: ExitStatus): Promise<void> {
  if ("code" in end) return exitProcess(end.code);
  const { default: process } = await import("node:process");
  const { constants: { signals } } = await import("node:os");
  const numbers: Readonly<Partial<Record<string, number>>> = signals;
  const number = numbers[end.signal];
  try {
    if (!SIGNALS_NOT_TO_SEND.includes(end.signal)) process.kill(process.pid, end.signal);
  } catch {
    // The runtime does not know the signal.
  }
  // Some signals do not end the process that sends them to itself: the first process of a container
  // survives all of them, and runtimes ignore a few. It then ends with the code a shell would report.
  setTimeout(() => exitProcess(number === undefined ? 1 : 128 + number), SIGNAL_WAIT_MS);
}
