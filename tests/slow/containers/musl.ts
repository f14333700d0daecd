/**
 * What an image of Alpine has instead of the system's own libraries: musl, the build of Bun for it,
 * and the C++ library that this build wants.
 *
 * @module
 */
import { existsSync } from "@std/fs";
import { runWell } from "../../kit/command.ts";
import { dagsterPython } from "../../kit/installed.ts";
import { CACHE_DIR } from "../../kit/places.ts";
import { TempFolder } from "../../kit/temp_folder.ts";
import { installEnvironment, installMuslBuild } from "../../tools/install.ts";

/** Debian's package `musl` puts it there. */
const LOADER = "/lib/ld-musl-x86_64.so.1";

/** A wheel for musl with the C++ library in it. Those of newer releases need a newer musl. */
const WHEEL = "contourpy==1.2.1";

const DOWNLOAD: readonly string[] = [
  ...["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"],
  ...["--only-binary=:all:", "--platform=musllinux_1_1_x86_64", "--implementation=cp"],
  "--python-version=3.11",
];

/** Prints the name of the C++ library after it has unpacked the libraries of a wheel. */
const UNPACK = `import pathlib, sys, zipfile
[wheel] = pathlib.Path(sys.argv[1]).glob("*.whl")
archive = zipfile.ZipFile(wheel)
for name in archive.namelist():
    if ".libs/lib" in name:
        path = pathlib.Path(sys.argv[1]) / name.split("/")[-1]
        path.write_bytes(archive.read(name))
        if "libstdc++" in name:
            print(path)
wheel.unlink()
`;

/** Where Bun for musl is. */
export const MUSL_BUN: string = `${CACHE_DIR}/musl/node_modules/@oven/bun-linux-x64-musl/bin/bun`;

/** The folder that a container has as `/usr`: its `lib` holds musl and the C++ library alone. */
export const MUSL_SYSTEM: string = `${CACHE_DIR}/musl/usr`;

/** Makes {@linkcode MUSL_BUN} and {@linkcode MUSL_SYSTEM}. */
export async function prepareMusl(): Promise<void> {
  if (!existsSync(LOADER)) throw new Error(`Cannot find ${LOADER}: install Debian's musl`);
  await installMuslBuild();
  if (existsSync(`${MUSL_SYSTEM}/lib/libstdc++.so.6`)) return;
  await installEnvironment("dagster");
  const libraries = `${MUSL_SYSTEM}/lib`;
  Deno.mkdirSync(libraries, { recursive: true });
  Deno.copyFileSync(LOADER, `${libraries}/${LOADER.slice("/lib/".length)}`);
  using folder = new TempFolder();
  await runWell([dagsterPython(), ...DOWNLOAD, `--dest=${folder.path}`, WHEEL]);
  const unpacked = await runWell([dagsterPython(), "-c", UNPACK, folder.path]);
  const library = unpacked.trim();
  for (const { name } of Deno.readDirSync(folder.path)) {
    Deno.copyFileSync(`${folder.path}/${name}`, `${libraries}/${name}`);
  }
  // Written last. It loads the library of the wheel, and adds to it.
  const link = ["-shared", "-nostdlib", "-fPIC", "-Wl,--no-as-needed"];
  const source = `${import.meta.dirname}/newer_libstdcxx.c`;
  await runWell(["gcc", ...link, "-o", `${libraries}/libstdc++.so.6`, source, library])
    .catch((cause) => {
      if (!(cause instanceof Deno.errors.NotFound)) throw cause;
      throw new Error("Cannot run gcc: install it (Debian: apt-get install gcc)", { cause });
    });
}
