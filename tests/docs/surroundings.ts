/**
 * What the scripts of a page meet around them when Dagster runs them: a shop's server, a bucket.
 *
 * @module
 */
import { RealStores } from "../stores/real_stores.ts";

/** The environment variables of a page's run, and the services behind them until it ends. */
export interface Surroundings extends AsyncDisposable {
  readonly variables: Readonly<Record<string, string>>;
}

const TOKEN = "a-token";

/** The server that the page on config and secrets fetches from. */
function shop(): Surroundings {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { pathname, search } = new URL(request.url);
    const isAllowed = request.headers.get("authorization") === `Bearer ${TOKEN}`;
    const isExpected = pathname + search === "/orders?since=2026-01-01&limit=100";
    return isAllowed && isExpected
      ? Response.json([{ id: 1 }, { id: 2 }])
      : new Response(null, { status: isAllowed ? 404 : 401 });
  });
  return {
    variables: { SHOP_URL: `http://127.0.0.1:${server.addr.port}`, SHOP_TOKEN: TOKEN },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** The bucket of the page on passing data. */
async function bucket(): Promise<Surroundings> {
  const stores = await RealStores.start();
  const { s3 } = stores.urls;
  const { ok, status } = await fetch(`${s3}/shop-data`, { method: "PUT" });
  if (!ok) throw new Error(`Cannot create the bucket: status ${status}`);
  return {
    variables: {
      AWS_ENDPOINT_URL_S3: s3,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_REGION: "us-east-1",
    },
    [Symbol.asyncDispose]: () => stores[Symbol.asyncDispose](),
  };
}

const NOTHING: Surroundings = { variables: {}, [Symbol.asyncDispose]: () => Promise.resolve() };

/** Starts what a page needs. */
export async function surroundingsOf(path: string): Promise<Surroundings> {
  if (path === "docs/config-and-secrets.md") return shop();
  return path === "docs/passing-data.md" ? await bucket() : NOTHING;
}
