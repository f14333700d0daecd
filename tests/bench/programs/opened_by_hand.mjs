// What a careful user writes without any package: Node's own modules, one open, one write a message.
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { inflateSync } from "node:zlib";

const parameter = (name) =>
  JSON.parse(inflateSync(Buffer.from(process.env[name], "base64")).toString());
const line = (method, params) =>
  JSON.stringify({ __dagster_pipes_version: "0.1", method, params }) + "\n";

const { path } = parameter("DAGSTER_PIPES_CONTEXT");
JSON.parse(readFileSync(path, "utf8"));
const file = openSync(parameter("DAGSTER_PIPES_MESSAGES").path, "a");
writeSync(file, line("opened", { extras: {} }));
writeSync(file, line("closed", {}));
closeSync(file);
