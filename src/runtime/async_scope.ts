import { nodeProcess } from "./node/adapter.ts";

/** A value that a function sees, and all that it calls, at once or later; and nothing else. */
export interface AsyncScope<T> {
  /** Calls a function that is to see a value, and gives what it gives. */
  run<R>(value: T, fn: () => R): R;
  /** The value that whoever asks sees, if there is one. */
  get(): T | undefined;
}

/** Makes a scope, by what all runtimes have of Node: on Deno it takes 15 ms to load. */
export function createAsyncScope<T>(): AsyncScope<T> {
  const { AsyncLocalStorage } = nodeProcess().getBuiltinModule("node:async_hooks");
  const storage = new AsyncLocalStorage<T>();
  return { run: (value, fn) => storage.run(value, fn), get: () => storage.getStore() };
}
