/**
 * Dagster before 1.13.10 opens the file of messages in the encoding of its locale, which is CP1252 on
 * many a Windows.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { runWell } from "../kit/command.ts";
import { environmentBin, runtimeCommand } from "../kit/installed.ts";
import { PROGRAMS_DIR, REPO_ROOT } from "../kit/places.ts";
import { TempFolder } from "../kit/temp_folder.ts";
import { buildAndLink, installEnvironment, installRuntime } from "../tools/install.ts";

const VERSION = "1.11.0";

const LOCALE = "en_US.CP1252";

const TEXT = "Łódź “quoted” Ávila 😀";

/** Makes the locale in a folder. */
async function makeLocale({ path }: TempFolder): Promise<void> {
  const make = ["localedef", "-i", "en_US", "-f", "CP1252", `${path}/${LOCALE}`];
  await runWell(make).catch((cause) => {
    throw new Error(`Cannot make the locale ${LOCALE}: install Debian's package locales`, {
      cause,
    });
  });
}

for (const runtime of ["deno", "bun", "node26"] as const) {
  Deno.test(`${runtime}: Dagster ${VERSION} in a locale of CP1252 reads every message`, async () => {
    await installRuntime(runtime);
    await installEnvironment(`dagster-${VERSION}`);
    await buildAndLink();
    using folder = new TempFolder();
    await makeLocale(folder);
    const printed = await runWell(
      [
        `${environmentBin(`dagster-${VERSION}`)}/python`,
        `${REPO_ROOT}/tests/slow/stored_texts.py`,
        ...runtimeCommand(runtime),
        `${PROGRAMS_DIR}/dagster/foreign_letters.ts`,
      ],
      { env: { LOCPATH: folder.path, LC_ALL: LOCALE, PYTHONUTF8: "0" } },
    );
    const { encoding, logs, ...stored } = JSON.parse(printed.trim().split("\n").at(-1)!);
    assertEquals(encoding.toLowerCase(), "cp1252");
    assertEquals(stored, { materializations: [TEXT], checks: [TEXT], errors: [TEXT] });
    // Dagster itself logs the others.
    assertEquals(logs.filter((message: string) => !message.startsWith("[pipes]")), [TEXT]);
  });
}
