/**
 * Makes what the tests stand on, where it is missing: the other runtimes, a Python with the newest
 * Dagster, and the npm build under the package's own name (`deno task setup`).
 *
 * @module
 */
import { setUp } from "./install.ts";

await setUp();
