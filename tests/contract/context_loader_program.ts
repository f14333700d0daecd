import { type PipesContextLoader, PipesDefaultContextLoader } from "@dagsterpipes/pipes";
import { resultOf } from "../programs/telling.ts";

// Asks a loader for the context by each of the params on the command line, and prints what it gave.

const loader: PipesContextLoader = new PipesDefaultContextLoader();
const told: unknown[] = [];
for (const params of process.argv.slice(2)) {
  const result = await resultOf(async () => {
    const context = await loader.loadContext(JSON.parse(params));
    const again = await loader.loadContext(JSON.parse(params));
    return { context, again: JSON.stringify(context) === JSON.stringify(again) };
  });
  told.push(result);
}
console.log(JSON.stringify(told));
