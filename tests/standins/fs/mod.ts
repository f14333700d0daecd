/**
 * Offline stand-in for `jsr:@std/fs`, which no npm package holds: what this repository uses of it.
 *
 * @module
 */

/** What {@linkcode exists} asks for besides mere existence. */
export interface ExistsOptions {
  /** Only a directory counts. */
  isDirectory?: boolean;
  /** Only a file counts. */
  isFile?: boolean;
}

function fits(info: Deno.FileInfo, options: ExistsOptions): boolean {
  if (options.isDirectory) return info.isDirectory;
  return options.isFile ? info.isFile : true;
}

/** Whether something is at the path. */
export async function exists(path: string | URL, options: ExistsOptions = {}): Promise<boolean> {
  try {
    return fits(await Deno.stat(path), options);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Whether something is at the path, at once. */
export function existsSync(path: string | URL, options: ExistsOptions = {}): boolean {
  try {
    return fits(Deno.statSync(path), options);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Makes the directory and the ones above it, where they are missing. */
export async function ensureDir(dir: string | URL): Promise<void> {
  await Deno.mkdir(dir, { recursive: true });
}

/** Makes the directory and the ones above it, where they are missing, at once. */
export function ensureDirSync(dir: string | URL): void {
  Deno.mkdirSync(dir, { recursive: true });
}

/** Makes the directory where it is missing, and empties it where it is not. */
export async function emptyDir(dir: string | URL): Promise<void> {
  await Deno.mkdir(dir, { recursive: true });
  const base = dir instanceof URL ? dir.pathname : dir;
  for await (const entry of Deno.readDir(dir)) {
    await Deno.remove(`${base}/${entry.name}`, { recursive: true });
  }
}
