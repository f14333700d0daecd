/**
 * Takes the stand-ins out of `deno.json` and the lock file away, for machines that reach JSR and
 * are to use the genuine packages. CI does it in a clone of its own.
 *
 * @module
 */

const root = new URL("../../", import.meta.url);
const path = new URL("deno.json", root);
const config: Record<string, unknown> = JSON.parse(Deno.readTextFileSync(path));
delete config.links;
Deno.writeTextFileSync(path, `${JSON.stringify(config, null, 2)}\n`);
Deno.removeSync(new URL("deno.lock", root));
