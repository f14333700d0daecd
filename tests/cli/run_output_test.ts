/**
 * What `dagsterpipes run` prints of exceptions, of interruptions, in which order, and what it does
 * while no one reads it.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Ended, run } from "../kit/command.ts";
import { runtimeCommand, type RuntimeName } from "../kit/installed.ts";
import { cliCommand } from "../kit/launcher.ts";
import { PROGRAMS_DIR } from "../kit/places.ts";

/** Who runs the command, and what it runs. */
const PAIRS = [["deno", "node26"], ["bun", "deno"], ["node22", "bun"], [
  "node26",
  "node24",
]] as const;

const NO_COLOR = { env: { NO_COLOR: "1", NODE_NO_WARNINGS: "1" } };

function runCommand(runtime: RuntimeName, ...options: string[]): string[] {
  return cliCommand(runtime, "run", ...options, "--");
}

function runs(
  host: RuntimeName,
  runtime: RuntimeName,
  program: string,
  options: readonly string[] = [],
): Promise<Ended> {
  const [name = "", ...args] = program.split(" ");
  const command = [...runtimeCommand(runtime), `${PROGRAMS_DIR}/${name}`, ...args];
  return run([...runCommand(host, ...options), ...command], NO_COLOR);
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

for (const [host, runtime] of PAIRS) {
  Deno.test(`${host}: an exception that ${runtime} prints is not shown again`, async () => {
    const { stdout } = await runs(host, runtime, "shown_exception.ts thrown");
    assertMatch(stdout, /^closed {11}with an exception$/m);
    assertMatch(stdout, /^failure {10}The process ended with exit code 1 \(process_failed\)$/m);
    // Once in what the runtime prints of the error, behind the line of the source at most.
    assertEquals(count(stdout, "RangeError: out of bounds"), 1, stdout);
    assertEquals(count(stdout, "TypeError: the cause"), 1, stdout);
  });

  Deno.test(`${host}: an exception that a script on ${runtime} catches is shown at the end, with its causes`, async () => {
    const { stdout } = await runs(host, runtime, "shown_exception.ts caught");
    const [, shown = ""] = /^failure {10}(.*?)^end/ms.exec(stdout) ?? [];
    assertMatch(
      shown,
      /^The process ended with exit code 1 \(process_failed\)\n {17}RangeError: out/,
    );
    assertMatch(
      shown,
      /shown_exception\.ts:\d+:\d+[^]*\n {17}caused by\n {17}TypeError: the cause\n/,
    );
    assertEquals(count(stdout, "RangeError: out of bounds"), 1, stdout);
    const zero = await runs(host, runtime, "shown_exception.ts zero");
    assertMatch(
      zero.stdout,
      /^warning {10}The session was closed with an exception\. The step succeeds, .*\n {17}RangeError/m,
    );
  });

  Deno.test(`${host}: a script on ${runtime} that printed another error of the same place is not taken for the same`, async () => {
    const { stdout } = await runs(host, runtime, "shown_exception.ts retried");
    assertMatch(stdout, /^stderr[^]*RangeError: attempt 1[^]*^failure[^]*RangeError: attempt 2/m);
  });

  Deno.test(`${host}: the timeout of a script on ${runtime} is reported as one, and not as a cancel`, async () => {
    const ended = await runs(host, runtime, "shown_exception.ts waits", ["--timeout", "1"]);
    assertEquals(ended.code, 124);
    assertMatch(ended.stdout, /^failure {10}The process was cut off after 1 s, and ended /m);
    assert(!/Dagster cancel/.test(ended.stdout), ended.stdout);
  });

  Deno.test(`${host}: events of a script on ${runtime} are shown in the order in which they happened`, async () => {
    const { stdout } = await runs(host, runtime, "shown_order.ts", ["--json"]);
    const order = stdout.trimEnd().split("\n").map((line) => JSON.parse(line))
      .flatMap(({ type, text, message }) => text?.trimEnd() ?? message ?? type);
    assertEquals(order, ["start", "opened", "1", "2", "3", "4", "5", "6", "closed", "7", "end"]);
  });
}

for (const host of ["deno", "bun", "node22", "node26"] as const) {
  for (
    const [how, options, signal] of [["--timeout", ["--timeout", "1"], undefined], [
      "SIGTERM",
      [],
      "SIGTERM",
    ]] as const
  ) {
    Deno.test(`${host}: ${how} ends a run whose output no one reads`, async () => {
      const [command = "", ...args] = [
        ...runCommand(host, "--grace", "1", ...options),
        ...["sh", "-c", "echo $$; exec yes"],
      ];
      const child = new Deno.Command(command, {
        args,
        ...NO_COLOR,
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      const timer = setTimeout(() => child.kill("SIGKILL"), 20_000);
      const reader = child.stdout.getReader();
      const { value } = await reader.read();
      const pid = /^stdout {11}(\d+)$/m.exec(new TextDecoder().decode(value))?.[1];
      await new Promise((resolve) => setTimeout(resolve, 500));
      if (signal !== undefined) child.kill(signal);
      const status = await child.status;
      clearTimeout(timer);
      assertEquals(status.signal ?? status.code, signal ?? 124);
      assertEquals(await new Response(child.stderr).text(), "");
      await reader.cancel();
      if (pid !== undefined) {
        const left = await run(["kill", "-0", pid]);
        assertStringIncludes(left.stderr, "No such process");
      }
    });
  }
}
