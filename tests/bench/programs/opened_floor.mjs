// The floor: the least that a program can do by the runtime's own means. It checks nothing and tells no failure.
const { Deno: deno, Bun: bun, process } = globalThis.Deno === undefined
  ? globalThis
  : { Deno: globalThis.Deno };
const fs = process?.getBuiltinModule("node:fs");

async function inflate(bytes) {
  if (bun !== undefined) return bun.inflateSync(bytes, { windowBits: 15 });
  if (process !== undefined) {
    return process.getBuiltinModule("node:zlib").inflateSync(bytes);
  }
  const { readable, writable } = new DecompressionStream("deflate");
  const writer = writable.getWriter();
  writer.write(bytes);
  writer.close();
  for await (const chunk of readable) return chunk;
}

async function parameter(name) {
  const text = deno?.env.get(name) ?? process.env[name];
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(await inflate(bytes)));
}

function appender(path) {
  if (fs === undefined) {
    const file = deno.openSync(path, { append: true, create: true });
    const encoder = new TextEncoder();
    return (text) => file.writeSync(encoder.encode(text));
  }
  const file = fs.openSync(path, "a");
  return (text) => fs.writeSync(file, text);
}

const write = appender((await parameter("DAGSTER_PIPES_MESSAGES")).path);
write(
  '{"__dagster_pipes_version":"0.1","method":"opened","params":{"extras":{}}}\n',
);
const { path } = await parameter("DAGSTER_PIPES_CONTEXT");
JSON.parse(fs?.readFileSync(path, "utf8") ?? deno.readTextFileSync(path));
write('{"__dagster_pipes_version":"0.1","method":"closed","params":{}}\n');
