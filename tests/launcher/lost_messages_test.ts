import { assertEquals, assertMatch } from "@std/assert";
import { runtimeCommand } from "../kit/installed.ts";
import { superviseShell } from "../kit/launcher.ts";
import { closedException, sessionOf } from "../kit/messages.ts";
import { PROGRAMS_DIR } from "../kit/places.ts";
import { TempFolder } from "../kit/temp_folder.ts";

/** What a command does to the files of the launcher, and what Dagster is told of it. */
const DEEDS: Readonly<Record<string, readonly [script: string, told: RegExp]>> = {
  "cuts the file that all share": [
    'f=$(echo "$TMPDIR"/dagster-pipes-*/messages); echo >> $f; sleep 0.3; : > $f; sleep 0.3; exit 0',
    /Messages are lost: the file "messages" of the launcher was cut/,
  ],
  "cuts the file while a session is open": [
    `$RUN 'before it closes' & until grep -q working "$TMPDIR"/dagster-pipes-*/messages
      do sleep 0.02; done; sleep 0.1; for f in "$TMPDIR"/dagster-pipes-*/messages; do : > $f; done; wait`,
    /Messages are lost: the file "messages" of the launcher was cut/,
  ],
  "removes the folder": [
    'sleep 0.2; rm -r "$TMPDIR"/dagster-pipes-*; sleep 0.3; exit 0',
    /Messages are lost: the file "messages" of the launcher was removed/,
  ],
  "puts another file in its place": [
    'f=$(echo "$TMPDIR"/dagster-pipes-*/messages); mv $f $f.old; echo lost > $f; exit 0',
    /Messages are lost: the file "messages" of the launcher was replaced/,
  ],
  "puts a named pipe in its place": [
    'f=$(echo "$TMPDIR"/dagster-pipes-*/messages); rm $f; mkfifo $f; exit 0',
    /Messages are lost: the file "messages" of the launcher was replaced/,
  ],
};

for (const runtime of ["deno", "bun", "node26"] as const) {
  const RUN = [...runtimeCommand(runtime), `${PROGRAMS_DIR}/cancelled.ts`].join(" ");
  for (const [deed, [script, told]] of Object.entries(DEEDS)) {
    Deno.test(`${runtime}: the launcher fails whose command ${deed}`, async () => {
      using temp = new TempFolder();
      const { code, raw, stderr } = await superviseShell(runtime, script, {
        env: { TMPDIR: temp.path, RUN },
      });
      assertEquals(code, 1, stderr);
      const { message, stack } = closedException(sessionOf(raw));
      assertMatch(message, told);
      assertEquals(stack, []);
      // Its own error, in a line.
      assertMatch(
        stderr.slice(stderr.lastIndexOf("error: ")),
        new RegExp(`^error: ${told.source}.*\n$`),
      );
    });
  }
}
