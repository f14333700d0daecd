/**
 * A server that speaks like S3, Google Cloud Storage and Azure Blob Storage, keeps what it gets in
 * memory, and does to each request what a test decides.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { azureConnection } from "./real_stores.ts";

/** What goes wrong with a request. */
export interface Fault {
  readonly kind:
    /** The connection is cut instead of an answer. */
    | "cut"
    /** There is never an answer. */
    | "hang"
    /** The answer takes two seconds. */
    | "slow"
    /** The answer is cut in its middle. */
    | "torn"
    /** The answer has a status of failure. */
    | "status"
    /** The answer has a status of success, and nothing else. */
    | "empty"
    /** The answer is that of a proxy: a page with a status of success. */
    | "page"
    /** The object is put regardless of the condition. */
    | "unconditional";
  /** Whether the request is carried out. */
  readonly isDone: boolean;
  readonly status?: number;
  readonly code?: string;
}

/** A request, as far as a fault depends on it. */
export interface StoreRequest {
  readonly isWrite: boolean;
  /** Whether it is to be carried out only if the object does not exist. */
  readonly isConditional: boolean;
  /** The name of the object, such as `prefix/1.json`. */
  readonly key: string;
  /** How many requests there were before. */
  readonly index: number;
}

/** What each place says of who it is. */
export const LYING_STORES = ["s3", "gcs", "azure"] as const;

const PAGE = "<!doctype html><title>Sign in</title>";

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

/** The server, until the scope is left. */
export class LyingStore {
  /** The objects, by their keys. */
  readonly objects: Map<string, Uint8Array> = new Map();
  /** What was asked for, for errors. */
  readonly requests: string[] = [];
  readonly url: string;
  /** When the last request was answered, by `performance.now()`. */
  lastAnswerAt = 0;
  readonly #server: ReturnType<typeof createServer>;
  readonly #faultOf: (request: StoreRequest) => Fault | undefined;
  #count = 0;

  private constructor(
    server: ReturnType<typeof createServer>,
    port: number,
    faultOf: (request: StoreRequest) => Fault | undefined,
  ) {
    this.#server = server;
    this.#faultOf = faultOf;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Starts it, with the object that holds the context. */
  static async start(
    contextKey: string,
    context: unknown,
    faultOf: (request: StoreRequest) => Fault | undefined = () => undefined,
  ): Promise<LyingStore> {
    const server = createServer();
    // A client that keeps connections has to end though the server would keep them for ever.
    server.keepAliveTimeout = 0;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("it has no port");
    const store = new LyingStore(server, address.port, faultOf);
    store.objects.set(contextKey, new TextEncoder().encode(JSON.stringify(context)));
    server.on("request", (incoming, answer) => {
      void store.#handle(incoming, answer).catch(() => answer.destroy());
    });
    server.on("checkContinue", (incoming, answer) => {
      answer.writeContinue();
      server.emit("request", incoming, answer);
    });
    return store;
  }

  /** What a script needs to find it. */
  get env(): Record<string, string> {
    return {
      STORE_S3: this.url,
      STORE_GCS: this.url,
      STORE_AZURE: azureConnection(this.url),
      NO_COLOR: "1",
      NODE_NO_WARNINGS: "1",
    };
  }

  /** The lines that a reader on Dagster's side gets from a prefix: chunk by chunk, up to a gap. */
  linesOf(prefix: string): string[] {
    const lines: string[] = [];
    for (let index = 1;; index++) {
      const chunk = this.objects.get(`${prefix}/${index}.json`);
      if (chunk === undefined || chunk.length === 0) return lines;
      lines.push(...new TextDecoder().decode(chunk).split("\n"));
    }
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(Buffer.from(piece));
    const body = Buffer.concat(pieces);
    const { method = "GET" } = incoming;
    const url = new URL(incoming.url ?? "/", this.url);
    const protocol = PROTOCOLS.find(({ speaks }) => speaks(url))!;
    const key = protocol.keyOf(url);
    const isWrite = method === "PUT" || method === "POST";
    const isConditional = incoming.headers["if-none-match"] === "*";
    const fault = this.#faultOf({ isWrite, isConditional, key, index: this.#count++ });
    this.requests.push(`${method} ${key} ${JSON.stringify(fault ?? "")}`);
    if (method === "DELETE") this.objects.delete(key);
    const isRefused = isWrite && this.objects.has(key) && fault?.kind !== "unconditional";
    if (isWrite && !isRefused && fault?.isDone !== false) {
      this.objects.set(key, protocol.contentOf(body, incoming));
    }
    const content = this.objects.get(key);
    const plain = isWrite
      ? isRefused ? protocol.failure(412, protocol.presentCode) : protocol.written(content!)
      : content === undefined && method !== "DELETE"
      ? protocol.failure(404, protocol.missingCode)
      : protocol.read(content ?? new Uint8Array(0));
    await this.#reply(answer, incoming, fault, plain, protocol);
  }

  async #reply(
    answer: ServerResponse,
    { method, socket }: IncomingMessage,
    fault: Fault | undefined,
    plain: Answer,
    protocol: StoreProtocol,
  ): Promise<void> {
    if (fault?.kind === "hang") return;
    if (fault?.kind === "cut") return void socket.destroy();
    if (fault?.kind === "slow") await new Promise((resolve) => setTimeout(resolve, 2000));
    const { status, headers = {}, body = "" } = fault?.kind === "status"
      ? protocol.failure(fault.status ?? 500, fault.code ?? "InternalError")
      : fault?.kind === "empty"
      ? { status: fault.status ?? 200 }
      : fault?.kind === "page"
      ? { status: 200, headers: { "content-type": "text/html" }, body: PAGE }
      : plain;
    const bytes = Buffer.from(body);
    answer.writeHead(status, { "content-length": String(bytes.length), ...headers });
    if (fault?.kind === "torn") {
      answer.write(bytes.subarray(0, bytes.length / 2));
      return void setTimeout(() => socket.destroy(), 20);
    }
    answer.end(method === "HEAD" ? undefined : bytes);
    this.lastAnswerAt = performance.now();
  }
}

/** How a store is spoken to by HTTP. */
interface StoreProtocol {
  speaks(url: URL): boolean;
  keyOf(url: URL): string;
  contentOf(body: Buffer, incoming: IncomingMessage): Uint8Array;
  written(content: Uint8Array): Answer;
  read(content: Uint8Array): Answer;
  failure(status: number, code: string): Answer;
  readonly presentCode: string;
  readonly missingCode: string;
}

const DATE = new Date(0).toUTCString();

function xmlFailure(status: number, code: string): Answer {
  const body =
    `<?xml version="1.0"?><Error><Code>${code}</Code><Message>It says ${code}</Message></Error>`;
  return { status, headers: { "content-type": "application/xml", "x-ms-error-code": code }, body };
}

/** The name of an object, without the first parts of its path. */
function restOfPath({ pathname }: URL, parts: number): string {
  return pathname.split("/").slice(parts + 1).map(decodeURIComponent).join("/");
}

const PROTOCOLS: readonly StoreProtocol[] = [
  {
    speaks: ({ pathname }) => /^(\/upload)?\/storage\/v1\//.test(pathname),
    keyOf: (url) => url.searchParams.get("name") ?? restOfPath(url, 5),
    contentOf(body, { headers }) {
      const boundary = /boundary=(\S+)/.exec(headers["content-type"] ?? "")?.[1];
      const [, , part = ""] = body.toString("latin1").split(`--${boundary}`);
      const start = part.indexOf("\r\n\r\n") + 4;
      return Buffer.from(part.slice(start, part.lastIndexOf("\r\n")), "latin1");
    },
    written: (content) => ({
      status: 200,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ generation: "1", crc32c: crc32c(content) }),
    }),
    read: (body) => ({ status: 200, headers: { "x-goog-hash": `crc32c=${crc32c(body)}` }, body }),
    failure: (status, code) => ({
      status,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        error: {
          code: status,
          message: `It says ${code}`,
          errors: [{ message: `It says ${code}`, reason: code }],
        },
      }),
    }),
    presentCode: "conditionNotMet",
    missingCode: "notFound",
  },
  {
    speaks: ({ pathname }) => pathname.startsWith("/devstoreaccount1/"),
    keyOf: (url) => restOfPath(url, 2),
    contentOf: (body) => body,
    written: () => ({ status: 201, headers: { etag: '"1"', "last-modified": DATE } }),
    read: (body) => ({ status: 200, headers: { etag: '"1"', "last-modified": DATE }, body }),
    failure: xmlFailure,
    presentCode: "BlobAlreadyExists",
    missingCode: "BlobNotFound",
  },
  {
    speaks: () => true,
    keyOf: (url) => restOfPath(url, 1),
    contentOf: (body) => body,
    written: () => ({ status: 200, headers: { etag: '"1"' } }),
    read: (body) => ({ status: 200, headers: { etag: '"1"' }, body }),
    failure: xmlFailure,
    presentCode: "PreconditionFailed",
    missingCode: "NoSuchKey",
  },
];

/** The checksum that Google's client compares, in base64. */
function crc32c(bytes: Uint8Array): string {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(~crc >>> 0);
  return buffer.toString("base64");
}
