/**
 * A proxy in front of a store that fails as it is told.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";

/** What becomes of a request: passed on, with a delay in ms, answered, or cut off. */
export type Fate =
  | { readonly kind: "pass"; readonly delay?: number }
  | { readonly kind: "answer"; readonly status: number; readonly code?: string }
  | { readonly kind: "cut"; readonly when: "before" | "after" };

/** Decides what becomes of a request, by its method, its path and how many there were before. */
export type Forecast = (method: string, path: string, count: number) => Fate;

/** All goes well. */
export const PASS: Fate = { kind: "pass" };

/** The proxy, until the scope is left. */
export class BadWeather {
  /** Where a client has to go. */
  readonly url: string;
  /** What becomes of requests; may be changed at any time. */
  forecast: Forecast;
  /** What became of each request that was no `pass`. */
  readonly struck: string[] = [];
  /** How many requests there were. */
  count = 0;
  readonly #server: ReturnType<typeof createServer>;

  private constructor(
    server: ReturnType<typeof createServer>,
    port: number,
    forecast: Forecast,
  ) {
    this.#server = server;
    this.forecast = forecast;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Starts it in front of a store. */
  static async start(upstream: string, forecast: Forecast): Promise<BadWeather> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("it has no port");
    const weather = new BadWeather(server, address.port, forecast);
    const { hostname, port } = new URL(upstream);
    server.on("request", (incoming, answer) => {
      void weather.#handle(incoming, answer, { hostname, port }).catch(() => answer.destroy());
    });
    // A client that asks first is told to go on, as by a server without an opinion.
    server.on("checkContinue", (incoming, answer) => {
      answer.writeContinue();
      server.emit("request", incoming, answer);
    });
    return weather;
  }

  async #handle(
    incoming: IncomingMessage,
    answer: ServerResponse,
    to: { readonly hostname: string; readonly port: string },
  ): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
    const { method = "GET", url = "/" } = incoming;
    const fate = this.forecast(method, url, this.count++);
    if (fate.kind !== "pass") this.struck.push(`${method} ${JSON.stringify(fate)}`);
    if (fate.kind === "cut" && fate.when === "before") return void incoming.socket.destroy();
    if (fate.kind === "answer") return refuse(answer, fate.status, fate.code ?? "Refused");
    if (fate.kind === "pass" && fate.delay !== undefined) await sleep(fate.delay);
    const { expect: _, ...headers } = incoming.headers;
    const passed = request({ ...to, method, path: url, headers }, (reply) => {
      if (fate.kind === "cut") {
        reply.resume();
        return void incoming.socket.destroy();
      }
      answer.writeHead(reply.statusCode ?? 500, reply.headers);
      reply.pipe(answer);
    });
    passed.on("error", () => answer.destroy());
    passed.end(Buffer.concat(chunks));
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** An error that the clients of all three stores can read. */
function refuse(answer: ServerResponse, status: number, code: string): void {
  const isJson = answer.req.url?.includes("/storage/v1/") === true ||
    answer.req.url?.includes("/b/") === true;
  const message = `The stand-in says ${code}`;
  const text = isJson
    ? JSON.stringify({ error: { code: status, message, errors: [{ message, reason: code }] } })
    : `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  answer.writeHead(status, {
    "content-type": isJson ? "application/json" : "application/xml",
    "x-ms-error-code": code,
  });
  answer.end(text);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A generator of numbers in [0, 1) that a seed repeats. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** So many of the requests that write fail, in ways that take turns. */
export function stormy(share: number, seed: number): Forecast {
  const random = seeded(seed);
  return (method) => {
    if (method === "GET" || method === "HEAD" || random() >= share) return PASS;
    const kind = Math.floor(random() * 4);
    if (kind === 0) return { kind: "cut", when: "before" };
    if (kind === 1) return { kind: "cut", when: "after" };
    return { kind: "answer", status: 503, code: kind === 2 ? "SlowDown" : "ServiceUnavailable" };
  };
}
