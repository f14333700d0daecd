/** Prints what a program found, for its test to read. */
export function print(value: unknown): void {
  console.log(JSON.stringify(value, (_key, item: unknown) => plain(item)));
}

/** What JSON cannot say, said in words. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number" && !Number.isFinite(value)) {
    return String(value);
  }
  if (value === undefined) return "undefined";
  return value;
}

/** What was thrown. */
export interface Thrown {
  readonly name: string;
  readonly code: unknown;
  readonly message: string;
}

/** What a call threw, or `null` where it did not throw. */
export function thrownBy(call: () => unknown): Thrown | null {
  try {
    call();
    return null;
  } catch (error) {
    return told(error);
  }
}

/** What a promise rejected with, or `null` where it did not. */
export async function rejectedBy(call: () => Promise<unknown>): Promise<Thrown | null> {
  return await call().then(() => null, told);
}

/** What a call gave in the end, or what it threw. */
export async function resultOf<T>(call: () => Promise<T>): Promise<T | Thrown> {
  return await call().catch(told);
}

function told(error: unknown): Thrown {
  const { name, code, message } = error as { name: string; code?: unknown; message: string };
  return { name, code: code ?? null, message };
}
