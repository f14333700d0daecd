import { DagsterPipesError } from "@dagsterpipes/pipes";
import { assertEquals, assertThrows } from "@std/assert";
import { Supervision } from "../../src/launcher/supervision.ts";

function refusal(options: Record<string, unknown>): string {
  const error = assertThrows(
    () => new Supervision({ command: ["true"], ...options }),
    DagsterPipesError,
  );
  assertEquals(error.code, "invalid_argument");
  return error.message.replace("Cannot use the options of supervise: ", "");
}

Deno.test("options of the launcher that are unknown or not of their type are refused by name", () => {
  const problems = [
    refusal({ channel: {} }),
    refusal({ command: "true" }),
    refusal({ timeoutSeconds: "60" }),
    refusal({ logLevels: { stdout: "LOUD" } }),
    refusal({ transport: { messageWriter: { write() {} } } }),
    refusal({ transport: { writer: {} } }),
  ];
  const named = ["channel", "command", "timeoutSeconds", "logLevels.stdout"];
  assertEquals(
    [...named, "transport.messageWriter", "transport.writer"].filter((name, i) =>
      !problems[i]?.includes(name)
    ),
    [],
    problems.join("\n"),
  );
});
