import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe } from "node:diagnostics_channel";
import { isRecord } from "../../json/kinds.ts";

const currentRequests = new AsyncLocalStorage<Record<string, unknown>[]>();
let isListening = false;

/**
 * The requests by `node:http` of an attempt, so that they end with it and do not keep the process
 * alive. Not every client ends its request when the signal is aborted. And if a request is destroyed
 * that uses the connection of an earlier one, Deno 2.9 makes it again.
 */
export class AttemptRequests {
  readonly #requests: Record<string, unknown>[] = [];

  /** Calls a function, and remembers the requests that it makes. */
  of<T>(attempt: () => T): T {
    if (!isListening) subscribe("http.client.request.start", rememberRequest);
    isListening = true;
    return currentRequests.run(this.#requests, attempt);
  }

  /** Ends the requests. */
  end(): void {
    for (const request of this.#requests) {
      request.reusedSocket = false;
      if (typeof request.destroy === "function") request.destroy();
    }
  }
}

function rememberRequest(message: unknown): void {
  if (!isRecord(message) || !isRecord(message.request)) return;
  currentRequests.getStore()?.push(message.request);
}
