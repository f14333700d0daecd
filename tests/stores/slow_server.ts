import { createServer } from "node:http";

/** What the server has to give: a context. */
const CONTEXT = JSON.stringify({ run_id: "7f3c", asset_keys: ["orders"], extras: {} });

/**
 * A server that takes whatever is put, counts the lines, and forgets it, and gives a context to
 * whoever gets something, until the scope is left.
 */
export class SlowServer {
  readonly url: string;
  /** How many lines were put. */
  lines = 0;
  readonly #server: ReturnType<typeof createServer>;

  private constructor(server: ReturnType<typeof createServer>, port: number) {
    this.#server = server;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Starts it. Each request takes so many milliseconds. */
  static async start(delay: number): Promise<SlowServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("it has no port");
    const slow = new SlowServer(server, address.port);
    server.on("request", async (request, answer) => {
      let ends = 0;
      for await (const chunk of request) {
        for (const byte of chunk as Uint8Array) if (byte === 0x0a) ends++;
      }
      await new Promise((resolve) => setTimeout(resolve, delay));
      answer.writeHead(200, { etag: '"1"' });
      if (request.method === "GET") return void answer.end(CONTEXT);
      // The last line of a chunk has no end.
      slow.lines += ends + 1;
      answer.end();
    });
    server.on("checkContinue", (request, answer) => {
      answer.writeContinue();
      server.emit("request", request, answer);
    });
    return slow;
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
