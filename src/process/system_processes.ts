import fs from "node:fs";
import process from "node:process";
import { systemErrorCode } from "../runtime/system_error.ts";

/** Linux lists its processes there. Wine shows that list to programs for Windows, with other ids. */
const HAS_PROC_FOLDER = process.platform === "linux";

/** What Linux shows of a process. */
export interface SystemProcess {
  readonly parentId: number;
  readonly groupId: number;
  readonly hasEnded: boolean;
}

/** Lists the ids of all processes; none on a system without `/proc`. */
export function processIds(): number[] {
  if (!HAS_PROC_FOLDER) return [];
  try {
    return fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number);
  } catch {
    return [];
  }
}

/** Returns a process, or `undefined` if this cannot be found out. */
export function systemProcess(pid: number): SystemProcess | undefined {
  if (!HAS_PROC_FOLDER) return undefined;
  let stat: string;
  try {
    stat = fs.readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch (error) {
    const isGone = ["ENOENT", "ESRCH"].includes(systemErrorCode(error));
    return isGone ? { parentId: 0, groupId: 0, hasEnded: true } : undefined;
  }
  // The name of the program, in parentheses, may contain anything.
  const [state = "", parentId, groupId] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // A zombie only waits for its parent.
  const hasEnded = /[ZXx]/.test(state);
  return { parentId: Number(parentId), groupId: Number(groupId), hasEnded };
}

/** Returns a variable that a process was started with, unless it belongs to another user. */
export function variableOf(pid: number, name: string): string | undefined {
  if (!HAS_PROC_FOLDER) return undefined;
  try {
    const variables = fs.readFileSync(`/proc/${pid}/environ`, "latin1").split("\0");
    return variables.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
  } catch {
    return undefined;
  }
}

/** Sends a signal to a process or, if the id is negative, a group. Returns whether it exists. */
export function sendSignal(pid: number, signal: string | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    return systemErrorCode(error) !== "ESRCH";
  }
}
