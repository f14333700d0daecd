const TEXTS = ["plain", '\u00e9\u{1F600}\u2028 \\ "', "x".repeat(50_000), "last"];

/** The messages that the program of the contract writes. */
export const LINES: readonly string[] = TEXTS.map((message) =>
  JSON.stringify({
    __dagster_pipes_version: "0.1",
    method: "log",
    params: { message, level: "INFO" },
  })
);
