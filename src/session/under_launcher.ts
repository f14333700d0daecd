import { PipesEnvVarParamsLoader } from "../loaders/env_params_loader.ts";
import { type Launcher, launcherOf } from "../protocol/launcher_params.ts";
import type { PipesOptions } from "./options.ts";

/**
 * The options of a session, without its own ways to Dagster where a launcher owns the session: the
 * messages go through it then.
 */
export async function withoutOwnChannel<E>(options: PipesOptions<E>): Promise<PipesOptions<E>> {
  const paramsLoader = new PipesEnvVarParamsLoader();
  let launcher: Launcher | undefined;
  try {
    launcher = launcherOf(await paramsLoader.loadMessagesParams());
  } catch {
    // No parameter, one that is meant for the script's own loader, or no permission to look.
  }
  if (launcher === undefined) return options;
  return { ...options, paramsLoader, messageWriter: undefined };
}
