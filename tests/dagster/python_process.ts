import { parsePythonJson } from "../../src/json/read_json.ts";
import { dagsterPython } from "../kit/installed.ts";
import { REPO_ROOT } from "../kit/places.ts";

/** How long an answer may take before the Python process is given up. */
const ANSWER_TIMEOUT_MS = 180_000;

/**
 * A long-lived Python process that gives one line of JSON for each request, in the order of the
 * requests.
 */
export class PythonProcess {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #waiting: PromiseWithResolvers<unknown>[] = [];
  readonly #ended: Promise<void>;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(script: string, python: string) {
    this.#child = new Deno.Command(python, {
      args: [`${REPO_ROOT}/tests/dagster/python/${script}`],
      env: { DAGSTER_DISABLE_TELEMETRY: "1", PYTHONDONTWRITEBYTECODE: "1" },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#waiting.push(Promise.withResolvers());
    this.#ended = this.#read();
  }

  /**
   * Starts the process and gives it back once it said its greeting, with what the greeting says.
   *
   * @param script The file beside Dagster's definitions.
   * @param python Default: the one with the newest Dagster.
   */
  static async start(
    script: string,
    python: string = dagsterPython(),
  ): Promise<[PythonProcess, unknown]> {
    const process = new PythonProcess(script, python);
    return [process, await process.#waiting[0]?.promise];
  }

  /** Sends bytes, and gives what the process answers to them. */
  async ask(request: Uint8Array): Promise<unknown> {
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.push(answer);
    // One write after the other, and a failed one shows where its answer is awaited.
    this.#writing = this.#writing.then(() => this.#input.write(request)).catch(answer.reject);
    const timer = setTimeout(() => {
      answer.reject(new Error(`No answer within ${ANSWER_TIMEOUT_MS / 1000} s`));
      this.#child.kill("SIGKILL");
    }, ANSWER_TIMEOUT_MS);
    try {
      return await answer.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the process. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#input.close();
    await this.#ended;
    await this.#child.status;
  }

  async #read(): Promise<void> {
    let rest: string[] = [];
    for await (const text of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      const parts = text.split("\n");
      for (const part of parts.slice(0, -1)) {
        this.#waiting.shift()?.resolve(parsePythonJson(rest.join("") + part));
        rest = [];
      }
      rest.push(parts.at(-1) ?? "");
    }
    for (const left of this.#waiting) {
      left.reject(new Error("The Python process ended"));
    }
  }
}
