/**
 * A registry as npm's is one, with this package alone: what a user of Bun or Node gets by
 * `npm install @dagsterpipes/pipes`.
 *
 * @module
 */
import { encodeBase64 } from "@std/encoding/base64";
import { readConfig } from "../tools/package_config.ts";
import { runWell } from "../kit/command.ts";
import { LocalServer } from "../kit/local_server.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { TempFolder } from "../kit/temp_folder.ts";

/** What `npm pack` makes of `dist/npm`. */
async function pack(): Promise<Uint8Array<ArrayBuffer>> {
  using folder = new TempFolder();
  const command = ["npm", "pack", "--loglevel=error", "--pack-destination", folder.path];
  const name = await runWell([...command, `${REPO_ROOT}/dist/npm`]);
  return await Deno.readFile(`${folder.path}/${name.trim()}`);
}

/** A registry that answers on this machine. */
export class NpmRegistry extends LocalServer {
  /** What npm and Bun need in their environment. Nothing is kept between two registries. */
  readonly env: Readonly<Record<string, string>> = {
    NPM_CONFIG_REGISTRY: `${this.url}/`,
    NPM_CONFIG_CACHE: `${this.folder.path}/npm`,
    BUN_INSTALL_CACHE_DIR: `${this.folder.path}/bun`,
    NPM_CONFIG_UPDATE_NOTIFIER: "false",
    NPM_CONFIG_AUDIT: "false",
  };

  /** Starts one. */
  static async start(): Promise<NpmRegistry> {
    const { name, version } = readConfig();
    const tarball = await pack();
    const digest = await crypto.subtle.digest("SHA-512", tarball);
    const manifest = JSON.parse(await Deno.readTextFile(`${REPO_ROOT}/dist/npm/package.json`));
    return new NpmRegistry((request) => {
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
  }
}
