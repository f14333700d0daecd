import { assertEquals } from "@std/assert";
import { dirname, join } from "node:path";
import { run } from "../kit/command.ts";
import { runtimeCommand } from "../kit/installed.ts";
import { Project } from "../kit/project.ts";
import { REPO_ROOT } from "../kit/places.ts";

const BUILD = `${REPO_ROOT}/dist/npm`;
const ENTRIES = ["./s3", "./gcs", "./azure", "./databricks", "./stores"] as const;

/** All that the modules behind a file import that is not a file beside them or a module of Node.js. */
function foreignImports(file: string, seen: Set<string> = new Set()): string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const text = Deno.readTextFileSync(file);
  const specifiers = [...text.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)"([^"]+)"/g)]
    .map(([, specifier = ""]) => specifier);
  return specifiers.flatMap((specifier) =>
    specifier.startsWith(".")
      ? foreignImports(join(dirname(file), specifier), seen)
      : specifier.startsWith("node:")
      ? []
      : [`${file}: ${specifier}`]
  );
}

Deno.test("the entry points for stores import nothing but this package, which depends on no other", () => {
  const manifest = JSON.parse(Deno.readTextFileSync(`${BUILD}/package.json`));
  for (const kind of ["dependencies", "peerDependencies", "optionalDependencies"]) {
    assertEquals(manifest[kind], undefined, kind);
  }
  for (const entry of ENTRIES) {
    const { default: file } = manifest.exports[entry];
    assertEquals(foreignImports(join(BUILD, file)), [], entry);
  }
});

for (const runtime of ["deno", "bun", "node22", "node26"] as const) {
  Deno.test(`${runtime}: the entry points for stores load where no client is installed`, async () => {
    using project = new Project();
    project.installBuild();
    project.write("package.json", { type: "module", dependencies: { "@dagsterpipes/pipes": "*" } });
    const names = ENTRIES.map((entry) => entry.replace(".", "@dagsterpipes/pipes"));
    project.write(
      "load.mjs",
      `for (const name of ${JSON.stringify(names)}) {
        const loaded = await import(name);
        if (Object.keys(loaded).length === 0) throw new Error(name);
      }`,
    );
    const command = [...runtimeCommand(runtime), "load.mjs"];
    const { code, stderr } = await run(command, { cwd: project.path });
    assertEquals([code, stderr], [0, ""]);
  });
}
