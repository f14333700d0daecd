/**
 * Holds the README true: its tables, its code, its commands and its links.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { encodeBase64 } from "@std/encoding/base64";
import { existsSync } from "@std/fs";
import * as pipesModule from "@dagsterpipes/pipes";
import { MetadataValue } from "@dagsterpipes/pipes";
import config from "../deno.json" with { type: "json" };
import { memorySession } from "./kit/memory_session.ts";
import { REPO_ROOT } from "./kit/places.ts";
import { FEATURES, featureTableMarkdown } from "./readme_features.ts";
import { valueTableMarkdown } from "./json/value_table.ts";

const CONFIG = `--config=${REPO_ROOT}/deno.json`;
const README = Deno.readTextFileSync(`${REPO_ROOT}/README.md`);

/** The code blocks of a language. */
function blocks(language: string): string[] {
  const pattern = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms");
  return [...README.matchAll(pattern)].map(([, code]) => code ?? "");
}

/** Tables are compared without the spaces that line up their columns. */
function squeezed(markdown: string): string {
  return markdown.replace(/ +\|/g, " |").replace(/\| +/g, "| ").replace(/-{3,}/g, "---");
}

async function encoded(params: unknown): Promise<string> {
  const stream = new Blob([JSON.stringify(params)]).stream().pipeThrough(
    new CompressionStream("deflate"),
  );
  return encodeBase64(await new Response(stream).arrayBuffer());
}

async function deno(args: string[], env: Record<string, string> = {}) {
  return await new Deno.Command(Deno.execPath(), { args, env, stdin: "null" }).output();
}

Deno.test("the README's table of values is the one that is tested", () => {
  assert(squeezed(README).includes(squeezed(valueTableMarkdown())));
});

Deno.test("the README's table of features is the one that is tested", () => {
  assert(squeezed(README).includes(squeezed(featureTableMarkdown())));
});

for (const { name, isThere, check } of FEATURES) {
  Deno.test(`the README says ${isThere ? "yes" : "not yet"}, rightly: ${name}`, check);
}

Deno.test("the README has TypeScript and Python to try", () => {
  assert(blocks("ts").length >= 6);
  assertEquals(blocks("python").length, 1);
});

Deno.test("each TypeScript block of the README compiles", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const scripts = blocks("ts").map((code, index) => {
      const script = `${folder}/block${index + 1}.ts`;
      Deno.writeTextFileSync(script, code);
      return script;
    });
    const { code, stderr } = await deno(["check", CONFIG, ...scripts]);
    assertEquals(code, 0, new TextDecoder().decode(stderr));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

for (const [index, code] of blocks("ts").entries()) {
  Deno.test(`TypeScript block ${index + 1} of the README runs with Dagster and without`, async () => {
    const folder = await Deno.makeTempDir();
    try {
      const script = `${folder}/block.ts`;
      await Deno.writeTextFile(script, code);
      const data = { run_id: "r", asset_keys: ["orders"], extras: { threshold: 1 } };
      const messages = `${folder}/messages`;
      const { code: exit, stderr } = await deno(["run", "-A", CONFIG, script], {
        DAGSTER_PIPES_CONTEXT: await encoded({ data }),
        DAGSTER_PIPES_MESSAGES: await encoded({ path: messages }),
      });
      assertEquals(exit, 0, new TextDecoder().decode(stderr));
      // A block that only defines a function opens no session.
      if (/^await /m.test(code)) {
        const lines = (await Deno.readTextFile(messages)).trimEnd().split("\n")
          .map((line) => JSON.parse(line));
        assertEquals(lines.at(0).method, "opened");
        assertEquals([lines.at(-1).method, lines.at(-1).params], ["closed", {}]);
      }
      const alone = await deno(["run", "-A", CONFIG, script]);
      assertEquals(alone.code, 0, new TextDecoder().decode(alone.stderr));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test("every class and function of the package stands in the README", () => {
  for (const name of Object.keys(pipesModule)) {
    assert(README.includes(`\`${name}`), name);
  }
});

Deno.test("every member of the context and every builder stands in the README", async () => {
  const { options } = memorySession();
  await pipesModule.withDagsterPipes(options, (pipes) => {
    const members = new Set<string>();
    for (let at: object = pipes; at !== Object.prototype; at = Object.getPrototypeOf(at)) {
      for (const name of Object.getOwnPropertyNames(at)) members.add(name);
    }
    const inner = ["constructor", "emitLog", "defaultAssetKey"];
    for (const name of members) {
      if (!inner.includes(name)) {
        assert(new RegExp(`\`${name}\\b`).test(README), name);
      }
    }
  });
  for (const name of Object.keys(MetadataValue)) {
    assert(README.includes(`\`${name}\``), name);
  }
});

Deno.test("every task that the README names is there, and every file that it links to", () => {
  const tasks = [...README.matchAll(/deno@2 task (\S+)/g)].map(([, task]) => task ?? "");
  assert(tasks.length >= 2);
  for (const task of tasks) assert(task in config.tasks, task);
  for (const [, link] of README.matchAll(/\]\(([^)]+)\)/g)) {
    if (!link?.startsWith("https://")) {
      assert(existsSync(`${REPO_ROOT}/${link}`), link);
      // JSR and npm show it as well.
      assert(config.publish.include.includes(link!), `${link} is not on JSR`);
      assert(existsSync(`${REPO_ROOT}/dist/npm/${link}`), `${link} is not on npm`);
    }
  }
});
