import { PipesEnvVarParamsLoader } from "../loaders/env_params_loader.ts";
import { type Launcher, launcherOf } from "../protocol/params_codec.ts";
import { currentRuntime } from "../runtime/current.ts";
import type { CancelSignals } from "./cancel_signals.ts";
import type { PipesOptions } from "./options.ts";

/** How often a session looks whether its launcher is still there, in milliseconds. */
const LOOK = 1000;

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

/**
 * Takes the end of its launcher for a cancel: killed by SIGKILL, it could neither tell Dagster of
 * the end nor end what it started. Returns what ends the watch.
 */
export function watchLauncher(launcher: Launcher, signals: CancelSignals): () => void {
  // Deno tells of any process but its parent only where it may start some.
  const runtime = currentRuntime();
  const isParent = runtime.parentId() === launcher.pid;
  const isThere = (): boolean =>
    isParent ? runtime.parentId() === launcher.pid : runtime.isRunning(launcher.pid);
  const timer: ReturnType<typeof setInterval> & { unref?(): void } = setInterval(() => {
    if (isThere()) return;
    clearInterval(timer);
    signals.take("SIGTERM");
  }, LOOK);
  timer.unref?.();
  return () => clearInterval(timer);
}
