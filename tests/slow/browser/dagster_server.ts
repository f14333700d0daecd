import { freePort } from "../../kit/free_port.ts";
import type { ProjectCopy } from "../../dagster_project/copy.ts";

const LAUNCH = `mutation ($params: ExecutionParams!) {
  launchRun(executionParams: $params) {
    __typename
    ... on LaunchRunSuccess { run { id } }
    ... on PythonError { message }
  }
}`;

const STATUS = `query ($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }`;

const REPOSITORY = `{ repositoriesOrError { ... on RepositoryConnection {
  nodes { name location { name } }
} } }`;

/** How long the server may take to start, and a run to end. */
const PATIENCE_MS = 180_000;

/** `dg dev`, for a copy of the example project. */
export class DagsterServer {
  /** Where its UI is. */
  readonly url: string;
  readonly #child: Deno.ChildProcess;
  readonly #output: Promise<void>;

  private constructor(url: string, child: Deno.ChildProcess, output: Promise<void>) {
    this.url = url;
    this.#child = child;
    this.#output = output;
  }

  /** Starts it, and waits until it serves. */
  static async start(copy: ProjectCopy): Promise<DagsterServer> {
    const port = freePort();
    const child = new Deno.Command("sh", {
      args: ["-c", `exec dg dev --port ${port} 2>&1`],
      cwd: copy.path,
      env: copy.env,
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const serving = Promise.withResolvers<string>();
    const output = (async () => {
      let text = "";
      for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
        text += part;
        const url = /Serving dagster-webserver on (http:\S+)/.exec(text)?.[1];
        if (url !== undefined) serving.resolve(url);
      }
      serving.reject(new Error(`dg dev has ended:\n${text}`));
    })();
    const timer = setTimeout(() => child.kill("SIGINT"), PATIENCE_MS);
    try {
      const url = await serving.promise;
      // It says so a little before it does.
      while (!await fetch(`${url}/server_info`).then((it) => it.text(), () => undefined)) {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      return new DagsterServer(url, child, output);
    } finally {
      clearTimeout(timer);
    }
  }

  async #graphql(query: string, variables: Record<string, unknown> = {}) {
    const response = await fetch(`${this.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = await response.json();
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data;
  }

  /** Materializes assets, and gives the run's id and status when it has ended. */
  async materialize(
    assets: readonly string[],
    partition?: string,
  ): Promise<{ id: string; status: string }> {
    const { repositoriesOrError } = await this.#graphql(REPOSITORY);
    const [{ name, location }] = repositoriesOrError.nodes;
    const params = {
      selector: {
        repositoryName: name,
        repositoryLocationName: location.name,
        jobName: "__ASSET_JOB",
        assetSelection: assets.map((asset) => ({ path: asset.split("/") })),
      },
      mode: "default",
      runConfigData: {},
      executionMetadata: {
        tags: partition === undefined ? [] : [{ key: "dagster/partition", value: partition }],
      },
    };
    const { launchRun } = await this.#graphql(LAUNCH, { params });
    if (launchRun.run === undefined) throw new Error(JSON.stringify(launchRun));
    const { id } = launchRun.run;
    const deadline = Date.now() + PATIENCE_MS;
    while (Date.now() < deadline) {
      const { status } = (await this.#graphql(STATUS, { id })).runOrError;
      if (["SUCCESS", "FAILURE", "CANCELED"].includes(status)) return { id, status };
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error(`The run of ${assets} has not ended`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGINT");
    await this.#output;
    await this.#child.status;
  }
}
