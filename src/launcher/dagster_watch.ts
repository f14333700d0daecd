import process from "node:process";
import { systemProcess, variableOf } from "../process/system_processes.ts";
import { DAGSTER_PIPES_MESSAGES } from "../protocol/params_codec.ts";

const PARENT_CHECK_INTERVAL_MS = 1000;

/**
 * Calls a listener when the process that started this one for Dagster is gone, as after a SIGKILL
 * of Dagster. On Linux this is noticed even if processes in between, such as a shell, live on.
 *
 * @returns A function that stops the watch.
 */
export function watchDagster(onGone: () => void): () => void {
  const parents = parentsUpToDagster();
  const timer = setInterval(() => {
    // A process whose parent has ended gets another one.
    if (parents.every(([pid, parent]) => (parentOf(pid) ?? parent) === parent)) return;
    clearInterval(timer);
    onGone();
  }, PARENT_CHECK_INTERVAL_MS);
  return () => clearInterval(timer);
}

/** Returns this process, and all between it and Dagster's, each with its parent. */
function parentsUpToDagster(): (readonly [number, number])[] {
  const messages = process.env[DAGSTER_PIPES_MESSAGES];
  const parents: (readonly [number, number])[] = [];
  for (let pid = process.pid;;) {
    const parent = parentOf(pid);
    // The parent of the first process of a container is out of sight.
    if (parent === undefined || parent <= 0) return parents;
    parents.push([pid, parent]);
    // Dagster's own process was started without these messages.
    if (messages === undefined || variableOf(parent, DAGSTER_PIPES_MESSAGES) !== messages) {
      return parents;
    }
    pid = parent;
  }
}

/** Returns the parent of a process: 0 if it is gone, `undefined` if this cannot be found out. */
function parentOf(pid: number): number | undefined {
  return pid === process.pid ? process.ppid : systemProcess(pid)?.parentId;
}
