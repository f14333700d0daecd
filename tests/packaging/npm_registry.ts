/**
 * A registry as npm's is one, with this package alone: what a user of Bun or Node gets by
 * `npm install @dagsterpipes/pipes`.
 *
 * @module
 */
import { encodeBase64 } from "@std/encoding/base64";
import { readConfig } from "../tools/package_config.ts";
import { REPO_ROOT } from "../kit/places.ts";

/** What `npm pack` makes of `dist/npm`. */
async function pack(): Promise<Uint8Array<ArrayBuffer>> {
  const folder = await Deno.makeTempDir();
  try {
    const { success, stdout, stderr } = await new Deno.Command("npm", {
      args: ["pack", "--loglevel=error", "--pack-destination", folder, `${REPO_ROOT}/dist/npm`],
      stdin: "null",
    }).output();
    if (!success) throw new Error(`Cannot pack: ${new TextDecoder().decode(stderr)}`);
    return await Deno.readFile(`${folder}/${new TextDecoder().decode(stdout).trim()}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A registry that answers on this machine. */
export class NpmRegistry {
  /** What npm and Bun need in their environment. Nothing is kept between two registries. */
  readonly env: Readonly<Record<string, string>>;
  readonly #server: Deno.HttpServer;
  readonly #cache: string;

  private constructor(server: Deno.HttpServer<Deno.NetAddr>, cache: string) {
    this.#server = server;
    this.#cache = cache;
    this.env = {
      NPM_CONFIG_REGISTRY: `http://127.0.0.1:${server.addr.port}/`,
      NPM_CONFIG_CACHE: `${cache}/npm`,
      BUN_INSTALL_CACHE_DIR: `${cache}/bun`,
      NPM_CONFIG_UPDATE_NOTIFIER: "false",
      NPM_CONFIG_AUDIT: "false",
    };
  }

  /** Starts one. */
  static async start(): Promise<NpmRegistry> {
    const { name, version } = readConfig();
    const tarball = await pack();
    const digest = await crypto.subtle.digest("SHA-512", tarball);
    const manifest = JSON.parse(await Deno.readTextFile(`${REPO_ROOT}/dist/npm/package.json`));
    const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
      const { pathname, origin } = new URL(request.url);
      if (pathname === "/tarball.tgz") return new Response(tarball);
      if (decodeURIComponent(pathname) !== `/${name}`) return new Response("", { status: 404 });
      const dist = {
        tarball: `${origin}/tarball.tgz`,
        integrity: `sha512-${encodeBase64(digest)}`,
      };
      return Response.json({
        name,
        "dist-tags": { latest: version },
        versions: { [version]: { ...manifest, dist } },
      });
    });
    return new NpmRegistry(server, Deno.makeTempDirSync());
  }

  /** Ends it. */
  async stop(): Promise<void> {
    await this.#server.shutdown();
    await Deno.remove(this.#cache, { recursive: true });
  }
}
