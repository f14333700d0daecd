import { nodeProcess } from "./node/process_global.ts";

/** What a terminal is like that this process prints to. */
export interface Terminal {
  /** Whether it shows colours, and its user wants them. */
  readonly hasColours: boolean;
}

/** The terminal of stdout; where that is none, one without colours. */
export function terminal(): Terminal {
  const { stdout, env } = nodeProcess();
  return { hasColours: stdout.isTTY === true && !env.NO_COLOR && env.TERM !== "dumb" };
}
