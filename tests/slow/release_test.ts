import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { encodeHex } from "@std/encoding/hex";
import { run } from "../kit/command.ts";
import { runtimeCommand } from "../kit/installed.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { TempFolder } from "../kit/temp_folder.ts";
import { PUBLISHED } from "../tools/jsr_lock.ts";
import { makeRelease } from "../tools/release.ts";
import { JsrRegistry } from "../packaging/jsr_registry.ts";

Deno.test("the release is the npm build that is tested, and the source as it stands, with the real dependencies", async () => {
  using folder = new TempFolder();
  await makeRelease(folder.path);
  const [tarball] = [...Deno.readDirSync(`${folder.path}/npm`)];
  await run(["tar", "-xzf", `npm/${tarball?.name}`], { cwd: folder.path });
  const same = async (...paths: string[]): Promise<void> => {
    assertEquals(await run(["diff", "-r", ...paths], { cwd: folder.path }), {
      code: 0,
      signal: null,
      stdout: "",
      stderr: "",
    });
  };
  await same("package", `${REPO_ROOT}/dist/npm`);
  await same("jsr/src", `${REPO_ROOT}/src`);
  await same("jsr/mod.ts", `${REPO_ROOT}/mod.ts`);
  const config = JSON.parse(folder.read("jsr/deno.json"));
  assertEquals(config.links, undefined);
  assertEquals(config.exports, JSON.parse(Deno.readTextFileSync(`${REPO_ROOT}/deno.json`)).exports);
  for (const name of ["jsr/deno.json", "jsr/deno.lock", "package/package.json"]) {
    assert(!folder.read(name).includes(REPO_ROOT), name);
  }
});

Deno.test("the release is published on JSR with the dependencies that the lock file knows, and no others", async () => {
  using folder = new TempFolder();
  await makeRelease(folder.path);
  await using registry = await JsrRegistry.start();
  const publish = async (): Promise<{ code: number; stderr: string }> => {
    const [deno = ""] = runtimeCommand("deno");
    const options = { cwd: `${folder.path}/jsr`, env: { ...registry.env, NO_COLOR: "1" } };
    return await run([deno, "publish", "--dry-run", "--frozen"], options);
  };
  const refused = await publish();
  assertStringIncludes(refused.stderr, "Integrity check failed");
  assert(refused.code !== 0);

  const [[name = "", { integrity = "" } = {}] = []] = Object.entries(PUBLISHED.jsr);
  const meta = await fetch(
    `${registry.env.JSR_URL}${name.replace(/@(?=[^@]*$)/, "/")}_meta.json`,
  );
  const own = encodeHex(await crypto.subtle.digest("SHA-256", await meta.bytes()));
  folder.write("jsr/deno.lock", folder.read("jsr/deno.lock").replace(integrity, own));
  const taken = await publish();
  assertEquals(taken.code, 0, taken.stderr);
});

Deno.test("the lock file of the release has the packages that the stand-ins stand in for", () => {
  for (const name of Object.keys(PUBLISHED.jsr)) {
    const [, scoped = "", version] = /^@std\/(.+)@(.+)$/.exec(name) ?? [];
    const standIn = Deno.readTextFileSync(`${REPO_ROOT}/tests/standins/${scoped}/deno.json`);
    assertEquals(JSON.parse(standIn).version, version);
  }
});

/** The jobs of a workflow, each as its text. */
function jobsOf(workflow: string): string[] {
  const text = Deno.readTextFileSync(`${REPO_ROOT}/.github/workflows/${workflow}`);
  return text.slice(text.indexOf("\njobs:\n")).split(/\n(?= {2}[\w-]+:\n)/).slice(1);
}

Deno.test("workflows use actions by their commits", () => {
  for (const workflow of ["ci.yml", "publish.yml"]) {
    const uses = jobsOf(workflow).join("\n").match(/uses: .*/g) ?? [];
    assert(uses.length > 5);
    assertEquals(
      uses.filter((use) => !/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v[\d.]+$/.test(use)),
      [],
    );
  }
});

Deno.test("the release is made and sent by exact versions of Deno and Node", () => {
  const text = Deno.readTextFileSync(`${REPO_ROOT}/.github/workflows/publish.yml`);
  const pins = [...text.matchAll(/^ {2}(\w+_VERSION): (.*)$/gm)].map(([, ...pin]) => pin);
  assertEquals(pins.map(([name]) => name), ["DENO_VERSION", "NODE_VERSION"]);
  for (const [, version] of pins) assert(/^"\d+\.\d+\.\d+"$/.test(version!), version);
  const used = text.match(/(?:node|deno)-version: .*|npx .*?deno@\S*|npm install.*/g) ?? [];
  assert(used.length >= 5, used.join());
  assertEquals(used.filter((use) => !/\$(?:\{\{ env\.)?(?:DENO|NODE)_VERSION/.test(use)), []);
  // The gate compares what it built with what the other job built.
  assert(Deno.readTextFileSync(`${REPO_ROOT}/.ci/run`).includes("deno@${DENO_VERSION:-2}"));
});

Deno.test("jobs that may publish run nothing but the publishing", () => {
  const jobs = jobsOf("publish.yml").filter((job) => job.includes("id-token: write"));
  assertEquals(jobs.flatMap((job) => job.match(/run: .*/g)), [
    "run: deno publish --frozen",
    "run: npm publish ./release/npm/*.tgz --provenance --access public",
  ]);
  assertEquals(jobs.filter((job) => /actions\/checkout/.test(job)), []);
});
