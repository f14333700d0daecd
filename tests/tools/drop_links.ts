/**
 * Takes the stand-ins out of `deno.json` and the lock file, for machines that reach JSR and are to
 * use the genuine packages. CI does it in a clone of its own.
 *
 * @module
 */
import { withoutLinks } from "./jsr_lock.ts";

const root = new URL("../../", import.meta.url);
const config = new URL("deno.json", root);
const { links: _, ...rest }: Record<string, unknown> = JSON.parse(Deno.readTextFileSync(config));
Deno.writeTextFileSync(config, `${JSON.stringify(rest, null, 2)}\n`);
const lock = new URL("deno.lock", root);
Deno.writeTextFileSync(lock, withoutLinks(Deno.readTextFileSync(lock)));
