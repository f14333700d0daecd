import { type PipesContextLoader, PipesDefaultContextLoader } from "@dagsterpipes/pipes";

// Asks a loader for the context by each of the params on the command line, and prints what it gave.

const loader: PipesContextLoader = new PipesDefaultContextLoader();
const told: unknown[] = [];
for (const params of process.argv.slice(2)) {
  try {
    const context = await loader.loadContext(JSON.parse(params));
    const again = await loader.loadContext(JSON.parse(params));
    told.push({ context, again: JSON.stringify(context) === JSON.stringify(again) });
  } catch (error) {
    const { name, code, message } = error as {
      name: string;
      code: unknown;
      message: string;
    };
    told.push({ name, code, message });
  }
}
console.log(JSON.stringify(told));
