import { withDagsterPipes } from "@dagsterpipes/pipes";

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

await withDagsterPipes((pipes) => {
  const allowed = ASKED.filter((one) => Deno.permissions.querySync(one).state === "granted");
  pipes.reportAssetMaterialization({
    metadata: {
      allowed: allowed.map((one) => Object.values(one).join(" ")),
      env: [Deno.env.get("VERSION"), Deno.env.get("FROM_DAGSTER")].map(String),
      extras: pipes.extras,
    },
  });
});
