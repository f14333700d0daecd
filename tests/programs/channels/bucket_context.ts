import type { PipesContextLoader } from "@dagsterpipes/pipes";

/** Gives the context for params of a bucket alone, as the loader of a store does. */
export const contextLoader: PipesContextLoader = {
  loadContext({ bucket }) {
    if (typeof bucket !== "string") throw new TypeError("there is no bucket");
    return JSON.stringify({ run_id: `from ${bucket}`, asset_keys: ["a"] });
  },
};

const channel: { readonly contextLoader: PipesContextLoader } = { contextLoader };
export default channel;
