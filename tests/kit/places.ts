const ROOT_PATH = decodeURIComponent(new URL("../../", import.meta.url).pathname).replace(
  /\/$/,
  "",
);

/** The repository. On Windows, the path of a URL has a slash before the letter of the drive. */
export const REPO_ROOT: string = Deno.build.os === "windows" ? ROOT_PATH.slice(1) : ROOT_PATH;

/** The programs that tests run as children. */
export const PROGRAMS_DIR: string = `${REPO_ROOT}/tests/programs`;

/** Where runtimes and the Python environment are kept, between clones too. */
export const CACHE_DIR: string = Deno.env.get("DAGSTERPIPES_CACHE") ??
  `${Deno.env.get("HOME") ?? "/tmp"}/.cache/dagsterpipes`;
