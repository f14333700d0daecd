import {
  PipesCliArgsParamsLoader,
  PipesEnvVarParamsLoader,
  PipesMappingParamsLoader,
  type PipesParams,
  type PipesParamsLoader,
} from "@dagsterpipes/pipes";
import { resultOf } from "../programs/telling.ts";

// Asks a loader for everything that its port promises, and prints what it gave.

const [kind = "", mapping = "{}"] = process.argv.slice(2);

function loader(): PipesParamsLoader {
  switch (kind) {
    case "env":
      return new PipesEnvVarParamsLoader();
    case "cli":
      return new PipesCliArgsParamsLoader();
    default:
      return new PipesMappingParamsLoader(JSON.parse(mapping));
  }
}

async function tell(load: () => PipesParams | Promise<PipesParams>): Promise<unknown> {
  return await resultOf(async () => {
    const first = await load();
    const second = await load();
    return { params: first, again: JSON.stringify(first) === JSON.stringify(second) };
  });
}

const params = loader();
console.log(JSON.stringify({
  isDagster: params.isDagsterPipesProcess(),
  context: await tell(() => params.loadContextParams()),
  messages: await tell(() => params.loadMessagesParams()),
}));
