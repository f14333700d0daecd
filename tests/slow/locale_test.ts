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

for (const runtime of ["deno", "bun", "node26"] as const) {
  Deno.test(`${runtime}: Dagster ${VERSION} in a locale of CP1252 reads every message`, async () => {
    await installRuntime(runtime);
    await installEnvironment(`dagster-${VERSION}`);
    await buildAndLink();
    using folder = new TempFolder();
    const locale = "en_US.CP1252";
    // It needs the sources of locales: Debian's package `locales`.
    const make = ["localedef", "-i", "en_US", "-f", "CP1252", `${folder.path}/${locale}`];
    await runWell(make);
    const printed = await runWell(
      [
        `${environmentBin(`dagster-${VERSION}`)}/python`,
        `${REPO_ROOT}/tests/slow/stored_texts.py`,
        ...runtimeCommand(runtime),
        `${PROGRAMS_DIR}/dagster/foreign_letters.ts`,
      ],
      { env: { LOCPATH: folder.path, LC_ALL: locale, PYTHONUTF8: "0" } },
    );
    const { encoding, texts } = JSON.parse(printed.trim().split("\n").at(-1)!);
    assertEquals(encoding.toLowerCase(), "cp1252");
    assertEquals(texts, ["Łódź “quoted” Ávila 😀"]);
  });
}
