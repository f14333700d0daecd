import { PipesEnvVarParamsLoader, withDagsterPipes } from "@dagsterpipes/pipes";

const ASKED: Deno.PermissionDescriptor[] = [
  { name: "read", path: "data/orders.jsonl" },
  { name: "read", path: "package.json" },
  { name: "write", path: "data" },
  { name: "net", host: "localhost" },
  { name: "net", host: "127.0.0.1:8080" },
  { name: "net", host: "example.com" },
  { name: "sys", kind: "hostname" },
  { name: "env", variable: "VERSION" },
  { name: "env", variable: "HOME" },
  { name: "run" },
];

/** Dagster's own files, which a script could find. */
async function dagsterFiles(): Promise<Record<string, string>> {
  const { path } = await new PipesEnvVarParamsLoader().loadContextParams();
  return {
    "Dagster's messages": `${Deno.makeTempDirSync()}/../../messages`,
    "the context": String(path),
  };
}

function append(path: string): string {
  try {
    Deno.writeTextFileSync(path, "forged\n", { append: true });
    return "written";
  } catch (error) {
    return error instanceof Deno.errors.NotCapable ? "denied" : String(error);
  }
}

const REMOTE = ["https://esm.sh/left-pad@1.3.0", "jsr:@std/path@1", "npm:left-pad@1.3.0"];

const imports = await Promise.all(
  REMOTE.map((specifier) => import(specifier).then(() => "imported", ({ message }) => message)),
);
const written = Object.entries(await dagsterFiles())
  .map(([name, path]) => `${name}: ${append(path)}`);

await withDagsterPipes((pipes) => {
  const allowed = ASKED.filter((one) => Deno.permissions.querySync(one).state === "granted");
  pipes.reportAssetMaterialization({
    metadata: {
      allowed: allowed.map((one) => Object.values(one).join(" ")),
      env: [Deno.env.get("VERSION"), Deno.env.get("FROM_DAGSTER")].map(String),
      extras: pipes.extras,
      imports,
      written,
    },
  });
});
