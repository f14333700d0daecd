/**
 * Stores that do not keep what they promise, each on each runtime. More of them are among the slow
 * tests.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ONE_ASSET } from "../kit/context.ts";
import { type Ended, run, runWell } from "../kit/command.ts";
import { storesPython } from "../kit/installed.ts";
import { pipesEnv } from "../kit/params.ts";
import { TempFolder } from "../kit/temp_folder.ts";
import { buildAndLink, installStores } from "../tools/install.ts";
import { type Fault, LYING_STORES, LyingStore, type StoreRequest } from "../stores/lying_store.ts";
import { azureConnection, scriptCommand } from "../stores/real_stores.ts";

const RUNTIMES = ["deno", "bun", "node26"] as const;

type Way = readonly [store: typeof LYING_STORES[number], runtime: typeof RUNTIMES[number]];

const WAYS: readonly Way[] = LYING_STORES.flatMap((store) =>
  RUNTIMES.map((runtime): Way => [store, runtime])
);

const PARAMS = pipesEnv(
  { bucket: "pipes", key: "context.json" },
  { bucket: "pipes", key_prefix: "run" },
);

function report([store, runtime]: Way, env: Readonly<Record<string, string>>): Promise<Ended> {
  const command = scriptCommand(runtime, [store, "1", "bursts", "3"]);
  return run(command, { env: { ...PARAMS, ...env }, patience: 100_000 });
}

function methods(store: LyingStore): string[] {
  return store.linesOf("run").map((line) => JSON.parse(line).method);
}

const ALL = [
  "opened",
  ...Array.from({ length: 3 }, () => "log"),
  "report_asset_materialization",
  "report_asset_check",
  "closed",
];

function test(name: string, fn: (way: Way) => Promise<void>, ways: readonly Way[] = WAYS): void {
  Deno.test(name, async (t) => {
    await installStores();
    await buildAndLink();
    const options = { sanitizeOps: false, sanitizeResources: false, sanitizeExit: false };
    await Promise.all(
      ways.map((way) => t.step({ name: way.join(", "), fn: () => fn(way), ...options })),
    );
  });
}

/** Does something to the first write of the second chunk. */
function once(fault: Fault): (request: StoreRequest) => Fault | undefined {
  let isOver = false;
  return ({ isWrite, key }) => {
    if (isOver || !isWrite || key !== "run/2.json") return undefined;
    isOver = true;
    return fault;
  };
}

for (const kind of ["empty", "page"] as const) {
  test(`an answer that proves nothing is not believed: ${kind}`, async (way) => {
    const fault = once({ kind, isDone: false, ...(way[0] === "azure" ? { status: 201 } : {}) });
    await using store = await LyingStore.start("context.json", ONE_ASSET, fault);
    const { code, stderr } = await report(way, store.env);
    assertEquals([code, methods(store)], [0, ALL], stderr);
  });
}

test("a store without conditional writes does not let a second session lose messages", async (way) => {
  const fault = ({ isWrite }: StoreRequest): Fault | undefined =>
    isWrite ? { kind: "unconditional", isDone: true } : undefined;
  await using store = await LyingStore.start("context.json", ONE_ASSET, fault);
  const first = await report(way, store.env);
  assertEquals([first.code, methods(store)], [0, ALL], first.stderr);
  const second = await report(way, store.env);
  assertEquals(second.code, 1);
  assertStringIncludes(second.stderr, "2.json");
  assertStringIncludes(second.stderr, "another session has written there");
});

test("a server of S3 that refuses conditional writes gets others", async (way) => {
  const fault = ({ isConditional }: StoreRequest): Fault | undefined =>
    isConditional
      ? { kind: "status", isDone: false, status: 501, code: "NotImplemented" }
      : undefined;
  await using store = await LyingStore.start("context.json", ONE_ASSET, fault);
  const { code, stderr } = await report(way, store.env);
  assertEquals([code, methods(store)], [0, ALL], stderr);
}, WAYS.filter(([store]) => store === "s3"));

test("an error of Google's client in its own retry does not end the process", async (way) => {
  let failures = 0;
  const fault = ({ isWrite, key }: StoreRequest): Fault | undefined =>
    !isWrite && key === "context.json" && failures++ < 2
      ? { kind: "status", isDone: true, status: 503, code: "SlowDown" }
      : undefined;
  await using store = await LyingStore.start("context.json", ONE_ASSET, fault);
  const { code, stderr } = await report(way, { ...store.env, STORE_TRIES: "1" });
  assertEquals([code, methods(store)], [0, ALL], stderr);
});

/** Writes a certificate that only its own authority trusts, and the key of it. */
async function makeCertificate(folder: TempFolder): Promise<{ cert: string; key: string }> {
  const script = `
import datetime, ipaddress, sys
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
key = ec.generate_private_key(ec.SECP256R1())
name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
now = datetime.datetime.now(datetime.timezone.utc)
address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
cert = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    .serial_number(1).not_valid_before(now - datetime.timedelta(1)).not_valid_after(now + datetime.timedelta(1))
    .add_extension(address, False).sign(key, hashes.SHA256()))
open(sys.argv[1] + "/cert.pem", "wb").write(cert.public_bytes(serialization.Encoding.PEM))
open(sys.argv[1] + "/key.pem", "wb").write(key.private_bytes(serialization.Encoding.PEM,
    serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
`;
  await runWell([storesPython(), "-c", script, folder.path]);
  return { cert: folder.read("cert.pem"), key: folder.read("key.pem") };
}

test("a certificate that is not trusted fails the opening at once, and is named", async (way) => {
  using folder = new TempFolder();
  const tls = await makeCertificate(folder);
  await using server = Deno.serve(
    { ...tls, hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response(),
  );
  const url = `https://127.0.0.1:${server.addr.port}`;
  const start = performance.now();
  const { code, stderr } = await report(way, {
    STORE_S3: url,
    STORE_GCS: url,
    STORE_AZURE: azureConnection(url),
    NO_COLOR: "1",
    // The retries of Azure's client are its own.
    STORE_TRIES: "1",
  });
  assertEquals(code, 1);
  assertStringIncludes(stderr, "NODE_EXTRA_CA_CERTS");
  assertEquals(stderr.includes("trying again"), false, stderr);
  assert(performance.now() - start < 30_000);
});

Deno.test("a region that is missing or empty fails the opening at once, and is named", async () => {
  await installStores();
  await buildAndLink();
  await Promise.all(RUNTIMES.flatMap((runtime) =>
    [{}, { AWS_REGION: "" }].map(async (env) => {
      const options = { STORE_S3: "http://127.0.0.1:1", STORE_REGION: "" };
      const { code, stderr } = await report(["s3", runtime], { ...options, ...env });
      assertEquals(code, 1);
      assertStringIncludes(stderr, "the variable AWS_REGION");
      assertEquals(stderr.includes("trying again"), false, stderr);
    })
  ));
});
