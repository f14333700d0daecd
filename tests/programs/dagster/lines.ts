/**
 * Writes lines to the messages as they stand, and ends: what a script of any language may do, one
 * that no library looks after.
 *
 * @module
 */
import { appendFileSync } from "node:fs";
import process from "node:process";
import { inflateSync } from "node:zlib";

const [lines = "[]", end = "0"] = process.argv.slice(2);
const packed = Buffer.from(process.env.DAGSTER_PIPES_MESSAGES ?? "", "base64");
const { path } = JSON.parse(inflateSync(packed).toString());
for (const line of JSON.parse(lines)) appendFileSync(path, `${line}\n`);
if (/^\d+$/.test(end)) process.exit(Number(end));
process.kill(process.pid, end);
