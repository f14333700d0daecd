/**
 * A registry as JSR is one, with this package and what it needs of `@std/encoding`: what a user of
 * Deno gets by `import "jsr:@dagsterpipes/pipes"`, where JSR itself cannot be reached.
 *
 * @module
 */
import { encodeHex } from "@std/encoding/hex";
import { readSources } from "../architecture/source.ts";
import { readConfig } from "../tools/package_config.ts";
import { rewriteSpecifiers } from "../tools/emit.ts";
import { runWell } from "../kit/command.ts";
import { LocalServer } from "../kit/local_server.ts";
import { REPO_ROOT } from "../kit/places.ts";

type Files = ReadonlyMap<string, string>;

const TYPES: Readonly<Record<string, string>> = {
  ts: "application/typescript",
  js: "application/javascript",
  json: "application/json",
};

/**
 * The specifiers that `deno publish` puts in the place of those that only the import map can tell.
 */
function published(specifier: string): string {
  for (const [alias, target] of Object.entries(readConfig().imports)) {
    if (specifier === alias || specifier.startsWith(`${alias}/`)) {
      return target + specifier.slice(alias.length);
    }
  }
  return specifier;
}

/** Every module that is published, whether something imports it or not. */
function pipesFiles(): Files {
  return new Map(
    readSources().map(({ path, text }) => [`/${path}`, rewriteSpecifiers(text, published)]),
  );
}

/** The code behind the stand-in, in one file. */
async function encodingFiles(): Promise<Files> {
  const command = [Deno.execPath(), "bundle", "--quiet", "tests/standins/encoding/base64.ts"];
  return new Map([["/base64.js", await runWell(command, { cwd: REPO_ROOT })]]);
}

async function manifestOf(files: Files): Promise<Record<string, unknown>> {
  const manifest: Record<string, unknown> = {};
  for (const [path, text] of files) {
    const bytes = new TextEncoder().encode(text);
    const digest = await crypto.subtle.digest("SHA-256", bytes);
    const checksum = `sha256-${encodeHex(new Uint8Array(digest))}`;
    manifest[path] = { size: bytes.length, checksum };
  }
  return manifest;
}

/** The answers of the registry by their paths. */
async function pages(): Promise<Map<string, string>> {
  const { version, exports } = readConfig();
  const answers = new Map<string, string>();
  const add = async (
    name: string,
    version: string,
    exports: Readonly<Record<string, string>>,
    files: Files,
  ): Promise<void> => {
    const [scope, rest] = name.slice(1).split("/");
    answers.set(
      `/${name}/meta.json`,
      JSON.stringify({ scope, name: rest, latest: version, versions: { [version]: {} } }),
    );
    answers.set(
      `/${name}/${version}_meta.json`,
      JSON.stringify({ manifest: await manifestOf(files), exports }),
    );
    for (const [path, text] of files) {
      answers.set(`/${name}/${version}${path}`, text);
    }
  };
  await add("@dagsterpipes/pipes", version, exports, pipesFiles());
  await add("@std/encoding", "1.0.10", { "./base64": "./base64.js" }, await encodingFiles());
  return answers;
}

/** A registry that answers on this machine, and a cache of Deno's that knows no other. */
export class JsrRegistry extends LocalServer {
  /** What a process needs in its environment. */
  readonly env: Readonly<Record<string, string>>;

  private constructor(answers: ReadonlyMap<string, string>) {
    super((request) => {
      const { pathname } = new URL(request.url);
      const text = answers.get(pathname);
      const type = TYPES[pathname.slice(pathname.lastIndexOf(".") + 1)];
      return text === undefined || type === undefined
        ? new Response("", { status: 404 })
        : new Response(text, { headers: { "content-type": type } });
    });
    this.env = { JSR_URL: `${this.url}/`, DENO_DIR: this.folder.path };
  }

  /** Starts one, with an empty cache. */
  static async start(): Promise<JsrRegistry> {
    return new JsrRegistry(await pages());
  }

  /** The specifier of the package. */
  get specifier(): string {
    return `jsr:@dagsterpipes/pipes@${readConfig().version}`;
  }
}
