/**
 * Registers a test whose sessions may fail. The process of the tests survives that, with the exit code
 * that it had.
 */
export function sessionTest(
  name: string,
  test: (t: Deno.TestContext) => void | Promise<void>,
): void {
  Deno.test(name, async (t) => {
    const { exitCode } = Deno;
    try {
      await test(t);
    } finally {
      Deno.exitCode = exitCode;
    }
  });
}
