import fs from "node:fs";
import { systemErrorCode } from "../runtime/system_error.ts";

/** What Linux shows of a process, zombies included. */
export interface SystemProcess {
  readonly pid: number;
  readonly parentId: number;
  readonly groupId: number;
  /** Whether it has ended, and only waits for its parent. */
  readonly isZombie: boolean;
}

/** Lists the ids of all processes; none on a system without `/proc`. */
export function processIds(): number[] {
  try {
    return fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number);
  } catch {
    return [];
  }
}

/** Returns a process, `"gone"` if it has ended, and `undefined` if this cannot be found out. */
export function systemProcess(pid: number): SystemProcess | "gone" | undefined {
  let stat: string;
  try {
    stat = fs.readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch (error) {
    return ["ENOENT", "ESRCH"].includes(systemErrorCode(error)) ? "gone" : undefined;
  }
  // The name of the program, in parentheses, may contain anything.
  const [state = "", parentId, groupId] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return {
    pid,
    parentId: Number(parentId),
    groupId: Number(groupId),
    isZombie: /[ZXx]/.test(state),
  };
}

/** Returns a variable that a process was started with, unless it belongs to another user. */
export function variableOf(pid: number, name: string): string | undefined {
  try {
    const variables = fs.readFileSync(`/proc/${pid}/environ`, "latin1").split("\0");
    return variables.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
  } catch {
    return undefined;
  }
}
