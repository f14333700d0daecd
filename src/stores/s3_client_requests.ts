import { isRecord } from "../json/kinds.ts";
import { DagsterPipesError } from "../errors.ts";
import type { S3ClientParts, S3Place, S3Requests } from "./s3_client.ts";

/** Where a request goes, and how it is to be signed. */
interface Endpoint {
  readonly url: URL;
  readonly properties?: { readonly authSchemes?: readonly Record<string, unknown>[] };
  readonly headers?: Readonly<Record<string, readonly string[]>>;
}

interface HttpRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
  readonly path: string;
  readonly query: Record<string, string>;
  readonly headers: Record<string, string>;
  readonly body?: Uint8Array | undefined;
}

interface HttpResponse {
  readonly statusCode: number;
  readonly body?: unknown;
}

/** What of an `S3Client`'s configuration is used. All of it stands in the client's own types. */
interface S3Config {
  region(): Promise<string>;
  endpointProvider(params: Record<string, unknown>): Endpoint;
  signer(scheme: Record<string, unknown>): Promise<{
    sign(request: HttpRequest, options: Record<string, unknown>): Promise<HttpRequest>;
  }>;
  readonly requestHandler: {
    handle(
      request: HttpRequest,
      options: { abortSignal: AbortSignal },
    ): Promise<{ response: HttpResponse }>;
  };
  streamCollector(stream: unknown): Promise<Uint8Array>;
  useFipsEndpoint?(): Promise<boolean>;
  useDualstackEndpoint?(): Promise<boolean>;
  endpoint?(): Promise<unknown>;
  serviceConfiguredEndpoint?(): Promise<unknown>;
  readonly isCustomEndpoint?: boolean;
  readonly ignoreConfiguredEndpointUrls?: boolean;
  readonly forcePathStyle?: boolean;
  readonly useAccelerateEndpoint?: boolean;
  readonly systemClockOffset?: number;
}

function isS3Config(config: unknown): config is S3Config {
  return isRecord(config) && isRecord(config.requestHandler) &&
    typeof config.requestHandler.handle === "function" &&
    ["region", "endpointProvider", "signer", "streamCollector"].every((name) =>
      typeof config[name] === "function"
    );
}

/**
 * Requests by what an `S3Client` is made of: its commands are in the user's package, which this one
 * does not import.
 */
export function requestsByClient({ config }: S3ClientParts): S3Requests {
  if (!isS3Config(config)) {
    throw new DagsterPipesError(
      "invalid_argument",
      "The option client is an S3Client of a version that this package does not know: pass new S3(…) of @aws-sdk/client-s3",
    );
  }
  return {
    get: (place, signal) => request(config, "GET", place, undefined, {}, signal),
    async put(place, body, isNew, signal) {
      await request(config, "PUT", place, body, isNew ? { "if-none-match": "*" } : {}, signal);
    },
  };
}

async function request(
  config: S3Config,
  method: string,
  { bucket, key }: S3Place,
  body: Uint8Array | undefined,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const region = await config.region();
  const { url, properties, headers: endpointHeaders = {} } = config.endpointProvider({
    Bucket: bucket,
    Key: key,
    Region: region,
    UseFIPS: await config.useFipsEndpoint?.() ?? false,
    UseDualStack: await config.useDualstackEndpoint?.() ?? false,
    ForcePathStyle: config.forcePathStyle ?? false,
    Accelerate: config.useAccelerateEndpoint ?? false,
    Endpoint: await endpointOf(config),
  });
  const [scheme] = properties?.authSchemes ?? [];
  if (scheme !== undefined && scheme.name !== "sigv4") {
    throw new DagsterPipesError(
      "unsupported",
      `Requests to the bucket ${bucket} take the signature ${scheme.name}: pass new S3(…) of @aws-sdk/client-s3 as client, in place of ` +
        "an S3Client",
    );
  }
  const path = `${url.pathname.replace(/\/$/, "")}/${key.split("/").map(escaped).join("/")}`;
  const signer = await config.signer({ ...scheme });
  const signed = await signer.sign(
    {
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      port: url.port === "" ? undefined : Number(url.port),
      path,
      query: {},
      headers: {
        host: url.host,
        ...Object.fromEntries(
          Object.entries(endpointHeaders).map(([name, values]) => [name, values.join(", ")]),
        ),
        ...(body === undefined ? {} : { "content-length": String(body.length) }),
        ...headers,
      },
      body,
    },
    {
      signingRegion: scheme?.signingRegion ?? region,
      signingService: scheme?.signingName ?? "s3",
      signingDate: new Date(Date.now() + (config.systemClockOffset ?? 0)),
    },
  );
  const { response } = await config.requestHandler.handle(signed, { abortSignal: signal });
  const content = response.body ? await config.streamCollector(response.body) : new Uint8Array(0);
  if (response.statusCode >= 300) throw answerError(response.statusCode, content);
  return content;
}

/** Where the client was told to go, by its options or by the environment. */
async function endpointOf(config: S3Config): Promise<string | undefined> {
  const endpoint = config.isCustomEndpoint === true || config.ignoreConfiguredEndpointUrls === true
    ? await config.endpoint?.()
    : await config.serviceConfiguredEndpoint?.();
  if (typeof endpoint === "string") return endpoint;
  if (!isRecord(endpoint)) return undefined;
  if (endpoint.url instanceof URL) return endpoint.url.href;
  const { protocol, hostname, port, path } = endpoint;
  return `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}${path ?? "/"}`;
}

/** As S3 wants it: what `encodeURIComponent` leaves is escaped too. */
function escaped(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The error of an answer, as the client's own operations would have it. */
function answerError(status: number, content: Uint8Array): Error {
  const text = new TextDecoder().decode(content);
  const [, name = "Error"] = /<Code>([^<]*)<\/Code>/.exec(text) ?? [];
  const [, message = "S3 refused the request"] = /<Message>([^<]*)<\/Message>/.exec(text) ?? [];
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });
}
