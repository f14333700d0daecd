import { TempFolder } from "./temp_folder.ts";

/** A web server of this machine, with a folder, which both end with the scope: `await using`. */
export class LocalServer {
  /** Where it answers, without a slash at the end. */
  readonly url: string;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  /** For the caches of those that ask it. */
  protected readonly folder: TempFolder = new TempFolder();

  constructor(answer: (request: Request) => Response | Promise<Response>) {
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, answer);
    this.url = `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
    this.folder[Symbol.dispose]();
  }
}
