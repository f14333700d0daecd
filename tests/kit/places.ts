/** The repository. */
export const REPO_ROOT: string = decodeURIComponent(new URL("../../", import.meta.url).pathname)
  .replace(/\/$/, "");

/** The programs that tests run as children. */
export const PROGRAMS_DIR: string = `${REPO_ROOT}/tests/programs`;

/** Where runtimes and the Python environment are kept, between clones too. */
export const CACHE_DIR: string = Deno.env.get("DAGSTERPIPES_CACHE") ??
  `${Deno.env.get("HOME") ?? "/tmp"}/.cache/dagsterpipes`;
