/**
 * Plays Dagster's side in small, with no Python: starts `quickstart.ts` as Dagster would and prints
 * what it reports, as it arrives.
 *
 * ```sh
 * deno task demo [--runtime deno|bun|node]
 * ```
 *
 * @module
 */
import { encodeBase64 } from "@std/encoding/base64";
import { printClosing, printMessage } from "./demo_print.ts";

const QUICKSTART = new URL("./quickstart.ts", import.meta.url);
const POLL_MS = 20;

/** What Dagster writes into the context file for a step that makes the asset `orders`. */
function contextText(folder: string): string {
  // Python writes the float as `1.0`, which JSON.stringify cannot.
  return `{
    "asset_keys": ["orders"], "code_version_by_asset_key": {"orders": null},
    "provenance_by_asset_key": {"orders": null},
    "partition_key": null, "partition_key_range": null, "partition_time_window": null,
    "run_id": "${crypto.randomUUID()}", "job_name": "demo", "retry_number": 0,
    "extras": {"threshold": 1.0, "output_path": ${JSON.stringify(`${folder}/orders.csv`)}}
  }`;
}

/** JSON, zlib, base64: how both parameters travel in environment variables. */
async function encodeParams(params: Record<string, unknown>): Promise<string> {
  const deflated = new Blob([JSON.stringify(params)]).stream()
    .pipeThrough(new CompressionStream("deflate"));
  return encodeBase64(await new Response(deflated).arrayBuffer());
}

/** The command for Deno: only what the script needs is allowed. */
function denoCommand(folder: string): string[] {
  return [
    Deno.execPath(),
    "run",
    "--quiet",
    "--allow-env=DAGSTER_PIPES_CONTEXT,DAGSTER_PIPES_MESSAGES",
    `--allow-read=${folder}`,
    `--allow-write=${folder}`,
    QUICKSTART.pathname,
  ];
}

/** The command for Bun or Node: runtime and package come from npm and the npm build. */
async function installedCommand(runtime: "bun" | "node", folder: string): Promise<string[]> {
  const { installRuntime, buildAndLink } = await import("../tests/tools/install.ts");
  const { runtimeCommand } = await import("../tests/kit/installed.ts");
  const { REPO_ROOT } = await import("../tests/kit/places.ts");
  const name = runtime === "bun" ? "bun" : "node26";
  await installRuntime(name);
  await buildAndLink();
  // As in a user's project: the script, and the package under node_modules.
  await Deno.mkdir(`${folder}/node_modules/@dagsterpipes`, { recursive: true });
  await Deno.symlink(`${REPO_ROOT}/dist/npm`, `${folder}/node_modules/@dagsterpipes/pipes`);
  await Deno.writeTextFile(`${folder}/package.json`, '{ "type": "module" }\n');
  await Deno.copyFile(QUICKSTART, `${folder}/quickstart.ts`);
  return [...runtimeCommand(name), `${folder}/quickstart.ts`];
}

/** Reads whole lines from a file that another process appends to. */
class LineTail {
  readonly #file: Deno.FsFile;
  readonly #decoder = new TextDecoder();
  readonly #buffer = new Uint8Array(64 * 1024);
  #rest = "";

  constructor(path: string) {
    this.#file = Deno.openSync(path, { read: true });
  }

  *read(): Generator<string> {
    let size: number | null;
    while ((size = this.#file.readSync(this.#buffer)) !== null) {
      const bytes = this.#buffer.subarray(0, size);
      const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split("\n");
      this.#rest = lines.pop() ?? "";
      yield* lines;
    }
  }

  close(): void {
    this.#file.close();
  }
}

/**
 * Runs the command and prints its messages. Gives back its exit code, or 1 where it said 0 without
 * `closed`.
 */
export async function play(command: readonly string[], folder: string): Promise<number> {
  const contextPath = `${folder}/context`;
  const messagesPath = `${folder}/messages`;
  await Deno.writeTextFile(contextPath, contextText(folder));
  await Deno.writeTextFile(messagesPath, "");

  const [program = "", ...args] = command;
  const child = new Deno.Command(program, {
    args,
    stdin: "null",
    env: {
      DAGSTER_PIPES_CONTEXT: await encodeParams({ path: contextPath }),
      DAGSTER_PIPES_MESSAGES: await encodeParams({ path: messagesPath }),
    },
  }).spawn();

  const tail = new LineTail(messagesPath);
  let isClosed = false;
  let status: Deno.CommandStatus | undefined;
  const ended = child.status.then((result) => void (status = result));
  do {
    const tick = new Promise((resolve) => setTimeout(resolve, POLL_MS));
    await Promise.race([ended, tick]);
    for (const line of tail.read()) isClosed = printMessage(line) || isClosed;
  } while (status === undefined);
  tail.close();

  const code = status.code || (isClosed ? 0 : 1);
  printClosing(isClosed, status.code);
  return code;
}

async function main(args: readonly string[]): Promise<number> {
  const runtime = args.length === 0
    ? "deno"
    : /^--runtime[= ](deno|bun|node)$/.exec(args.join(" "))?.[1];
  if (runtime === undefined) {
    console.error("Usage: deno task demo [--runtime deno|bun|node]");
    return 2;
  }
  // Through realPath, since a permission is about the path behind symbolic links (macOS has one in
  // /tmp).
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    const command = runtime === "bun" || runtime === "node"
      ? await installedCommand(runtime, folder)
      : denoCommand(folder);
    console.log(`Running quickstart.ts on ${runtime}\n`);
    const code = await play(command, folder);
    if (code === 0) {
      console.log(`\norders.csv, as the script wrote it:`);
      console.log(await Deno.readTextFile(`${folder}/orders.csv`));
    }
    return code;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
