import { assertEquals } from "@std/assert";
import { plain } from "../held.ts";
import { scenario } from "../suite.ts";

scenario(
  "a second run is told the provenance of the first",
  async (dagster) => {
    const assets = [{ key: ["report"], codeVersion: "code-1", deps: [["up", "stream"]] }];
    const runs = await dagster.many({ program: "context.ts", assets, runs: 2 });
    const [first, second] = runs.map(({ attempts }) =>
      plain(attempts[0]?.custom[0] ?? { py: "None" })
    );
    assertEquals((first as Record<string, unknown>).provenance, null);
    assertEquals((second as Record<string, unknown>).provenance, {
      codeVersion: "code-1",
      inputDataVersions: { "up/stream": "upstream data 1" },
      isUserProvided: false,
    });
  },
);

scenario(
  "a second run is told that the data version was the user's",
  async (dagster) => {
    const assets = [{ key: ["report"], codeVersion: "code-1" }];
    const runs = await dagster.many({ program: "versions.ts", assets, runs: 2 });
    assertEquals(
      runs.map(({ materializations }) => materializations[0]?.dataVersion),
      ["after nothing", "after code-1"],
    );
    const provenances = runs.map(({ attempts }) => plain(attempts[0]?.custom[0] ?? { py: "None" }));
    assertEquals(provenances, [null, {
      codeVersion: "code-1",
      inputDataVersions: {},
      isUserProvided: true,
    }]);
  },
);
