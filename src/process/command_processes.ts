import process from "node:process";
import { systemErrorCode } from "../runtime/system_error.ts";
import { processIds, systemProcess, variableOf } from "./system_processes.ts";

/** The variable that all processes of a command inherit, also those that leave its group. */
const COMMANDS_VARIABLE = "DAGSTERPIPES_COMMANDS";

/** A process of a command. */
interface CommandProcess {
  readonly pid: number;
  /** Whether a signal to the process group reaches it. */
  readonly isInGroup: boolean;
  /** Whether it belongs to the command of another launcher, which passes signals on to it. */
  readonly isNested: boolean;
}

/**
 * All processes of a command: those of its process group, and on Linux also those that left it, as
 * daemons and the command of another launcher do. They inherit a variable.
 */
export class CommandProcesses {
  readonly #mark = `${process.pid}-${Math.random().toString(36).slice(2)}/`;
  #groupId: number | undefined;

  /** The variable that marks the processes. */
  get env(): Record<string, string> {
    return { [COMMANDS_VARIABLE]: `${process.env[COMMANDS_VARIABLE] ?? ""}${this.#mark}` };
  }

  /** Starts to know the processes by the first of them, which leads the group. */
  start(groupId: number): void {
    this.#groupId = groupId;
  }

  /** Sends a signal to all of them. */
  kill(signal: string): void {
    if (this.#groupId === undefined) return;
    sendSignal(-this.#groupId, signal);
    for (const { pid, isInGroup, isNested } of this.#list()) {
      if (!isInGroup && (!isNested || signal === "SIGKILL")) sendSignal(pid, signal);
    }
  }

  /** Returns the ids of those that run. On systems without `/proc`, only that of the first one. */
  running(): number[] {
    if (this.#groupId === undefined) return [];
    if (systemProcess(process.pid) !== "gone") return this.#list().map(({ pid }) => pid);
    return sendSignal(-this.#groupId, 0) ? [this.#groupId] : [];
  }

  #list(): CommandProcess[] {
    return processIds().flatMap((pid): CommandProcess[] => {
      const found = systemProcess(pid);
      if (found === "gone" || found === undefined || found.isZombie) return [];
      const marks = variableOf(pid, COMMANDS_VARIABLE) ?? "";
      const isInGroup = found.groupId === this.#groupId;
      if (!isInGroup && !marks.includes(this.#mark)) return [];
      return [{ pid, isInGroup, isNested: !marks.endsWith(this.#mark) }];
    });
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
