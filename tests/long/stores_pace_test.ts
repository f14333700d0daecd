import { assert, assertEquals } from "@std/assert";
import {
  RealStores,
  scriptCommand,
  type StoreOutcome,
  type StoreRun,
} from "../stores/real_stores.ts";

const SCRIPTS: Readonly<Record<string, { script: readonly string[]; messages: number }>> = {
  "a minute of steady messages": { script: ["stream", "20", "60"], messages: 1200 },
  "a burst of 3,000 and the exit at once": { script: ["bursts", "3000"], messages: 3000 },
  "3,000, a pause of 3 s, 1,000, the exit": {
    script: ["bursts", "3000", "3", "1000"],
    messages: 4000,
  },
  "100 a second for two minutes and the exit": {
    script: ["stream", "100", "120"],
    messages: 12_000,
  },
};

const HANDLING: Readonly<Record<string, number | undefined>> = {
  "events stored in SQLite": undefined,
  "a reader that takes 12 ms a message": 12,
};

function line(name: string, messages: number, outcome: StoreOutcome): string {
  return `${name}: ${outcome.messages} of ${messages} messages, ` +
    `${outcome.closed ? "closed" : "not closed"}, ${
      outcome.success ? "green" : "red"
    }; the process ` +
    `took ${outcome.processSeconds} s, the step ${outcome.seconds} s`;
}

Deno.test("Dagster's reader gets all, at every pace of a script", async (t) => {
  await using stores = await RealStores.start();
  const told: string[] = [];
  for (const [reader, handling] of Object.entries(HANDLING)) {
    for (const [name, { script, messages }] of Object.entries(SCRIPTS)) {
      const run: StoreRun = {
        store: "s3",
        runtime: "deno",
        script,
        sqlite: true,
        ...(handling === undefined ? {} : { handling }),
      };
      await t.step(`${name}, ${reader}`, async () => {
        const outcome = await stores.run(run);
        told.push(line(`ours, ${name}, ${reader}`, messages, outcome));
        assertEquals(
          [outcome.messages, outcome.inOrder, outcome.closed, outcome.success],
          [messages, true, true, true],
          outcome.stderr,
        );
        assertEquals(outcome.materializations, [{ rows: messages }]);
      });
      if (handling === undefined) continue;
      await t.step(`a naive writer: ${name}, ${reader}`, async () => {
        const command = scriptCommand("deno", ["s3", "1", ...script], "stores/naive.ts");
        const outcome = await stores.run({ ...run, command });
        told.push(line(`naive, ${name}, ${reader}`, messages, outcome));
        // Shown beside ours: what it loses is lost in silence.
        assert(outcome.code === 0);
      });
    }
  }
  console.log(told.join("\n"));
});
