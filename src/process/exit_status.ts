/** How a process ended: with an exit code, or by a signal such as `SIGTERM`. */
export type ExitStatus = { readonly code: number } | { readonly signal: string };

/** The exit code after a timeout, like that of `timeout` of the coreutils. */
export const TIMEOUT_EXIT_CODE = 124;
