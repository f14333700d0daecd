/**
 * The text of a console message: `%s` and its kin in the first argument are filled in, everything
 * that is no string is shown by the runtime's own `inspect`.
 */
export function consoleText(
  args: readonly unknown[],
  inspect: (value: unknown) => string,
): string {
  const [first, ...rest] = args;
  let used = 0;
  const show = (value: unknown): string => typeof value === "string" ? value : inspect(value);
  if (typeof first !== "string") return args.map(show).join(" ");
  const text = first.replace(/%([sdifjoOc%])/g, (directive, kind: string) => {
    if (kind === "%") return rest.length === 0 ? directive : "%";
    if (used >= rest.length) return directive;
    const value = rest[used++];
    try {
      return filledIn(kind, value, inspect);
    } catch {
      // A circle, or an object that cannot be made a text or a number.
      return inspect(value);
    }
  });
  return [text, ...rest.slice(used).map(show)].join(" ");
}

/** What a directive of a console message makes of its value. */
function filledIn(kind: string, value: unknown, inspect: (value: unknown) => string): string {
  switch (kind) {
    case "s":
      return typeof value === "object" && value !== null ? inspect(value) : String(value);
    case "d":
      return typeof value === "bigint"
        ? `${value}n`
        : String(typeof value === "symbol" ? NaN : Number(value));
    case "i":
      return String(Number.parseInt(String(value)));
    case "f":
      return String(Number.parseFloat(String(value)));
    case "j":
      return JSON.stringify(value);
    case "c":
      return "";
    default:
      return inspect(value);
  }
}
