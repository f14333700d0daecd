import { assertEquals, assertMatch } from "@std/assert";
import { runtimeCommand, type RuntimeName } from "../kit/installed.ts";
import { HOLDS_STREAMS, superviseShell } from "../kit/launcher.ts";
import { closedException, logsOf, sessionOf } from "../kit/messages.ts";
import { PROGRAMS_DIR } from "../kit/places.ts";

/** One way in which a command ends under the launcher. */
interface Row {
  /** The command, as a script of the shell; `$RUN` runs `ending.ts`. */
  readonly script: string;
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What is around the launcher. */
  readonly under?: readonly string[];
  /** What the launcher ends as: an exit code or a signal, the first of them or another. */
  readonly end: readonly (number | string)[];
  /** What `closed` tells; nothing where it is clean. */
  readonly told?: RegExp;
  /** What `closed` tells besides. */
  readonly also?: RegExp;
  readonly logs?: readonly string[];
}

const TABLE: Readonly<Record<string, Row>> = {
  "a return": { script: "$RUN returns", end: [0], logs: ["working"] },
  "a throw": { script: "$RUN throws", end: [1], told: /TypeError: no such order/ },
  "a rejection": { script: "$RUN rejects", end: [1], told: /nobody waits for this/ },
  "exit 0 in the middle": { script: "$RUN exits 0", end: [1], told: /exited with code 0 before/ },
  "exit 3 in the middle": { script: "$RUN exits 3", end: [3], told: /exited with code 3 before/ },
  "SIGKILL": {
    script: "exec $RUN 'is killed' SIGKILL",
    end: ["SIGKILL"],
    told: /ended with signal SIGKILL and left its session/,
  },
  "an abort": { script: "exec $RUN aborts", end: ["SIGABRT"], told: /signal SIGABRT and left/ },
  "SIGTERM of the launcher": {
    script: "{ sleep 0.5; kill -TERM $PPID; } & exec $RUN 'waits for its cancel'",
    end: ["SIGTERM"],
    told: /the process got SIGTERM/,
    logs: ["cleaned up"],
  },
  "SIGHUP of the launcher": {
    script: "{ sleep 0.5; kill -HUP $PPID; } & exec sleep 20",
    end: ["SIGHUP"],
    told: /was cancelled by SIGHUP and ended with signal SIGHUP/,
  },
  "SIGQUIT of the launcher": {
    script: "{ sleep 0.5; kill -QUIT $PPID; } & exec sleep 20",
    end: ["SIGQUIT", 131],
    told: /was cancelled by SIGQUIT and ended with signal SIGQUIT/,
  },
  "SIGUSR1 of the command": {
    script: "kill -USR1 $$; sleep 5",
    end: [138],
    told: /ended with signal SIGUSR1/,
  },
  "a loop": {
    script: "$RUN loops",
    flags: ["--timeout", "1", "--grace", "0.3"],
    end: [124],
    told: /was cut off after 1 s/,
  },
  "a loop that is cancelled": {
    script: "{ sleep 0.7; kill -TERM $PPID; } & exec $RUN loops",
    flags: ["--grace", "0.3"],
    end: ["SIGKILL"],
    told: /cancelled by SIGTERM and ended with signal SIGKILL/,
  },
  "an await that never settles": {
    script: "$RUN 'never settles'",
    flags: ["--timeout", "1.5", "--grace", "0.3"],
    end: [124, 1],
    told: /was cut off after 1.5 s|event loop ran empty/,
  },
  "an event loop that runs empty": {
    script: "$RUN 'leaves an open loop'",
    end: [1],
    told: /event loop ran empty/,
  },
  "a first of two that throws": {
    script: "$RUN throws; $RUN returns",
    end: [1],
    told: /TypeError: no such order/,
    logs: ["working"],
  },
  "a first of two that is killed": {
    script: "$RUN 'is killed' SIGKILL; $RUN returns",
    end: [1],
    told: /ended with exit code 0 and left its session with Dagster unclosed/,
    logs: ["working"],
  },
  "two at a time, both failing": {
    script: "$RUN throws & $RUN exits 3; wait",
    end: [1],
    told: /no such order|code 3 before/,
    also: /no such order|code 3 before/,
  },
  "one of two at a time that is killed": {
    script: "$RUN 'is killed' SIGKILL & $RUN returns; wait",
    end: [1],
    told: /left its session with Dagster unclosed/,
    logs: ["working"],
  },
  "a closed stdout": {
    script: "yes | head -c 300000; exit 5",
    under: ["sh", "-c", 'exec "$@" >&-', "sh"],
    end: [5],
    told: /ended with exit code 5/,
  },
  "a stdout on a full disk": {
    script: "seq 1 200000",
    under: ["sh", "-c", 'exec "$@" > /dev/full', "sh"],
    end: [1],
    told: /Cannot copy the stdout of the command: .*Free space on its file system/,
  },
  "a stdout on a full disk, held by a process that stays": {
    script: `echo first; ${HOLDS_STREAMS} & exit 0`,
    under: ["sh", "-c", 'exec "$@" > /dev/full', "sh"],
    end: [1],
    told: /Cannot copy the stdout of the command: .*Free space on its file system/,
  },
  "half a line on a stdout that is held by a process that stays": {
    script: `printf half; ${HOLDS_STREAMS} & exit 0`,
    flags: ["--log", "stdout=INFO"],
    end: [0],
    logs: ["half"],
  },
  "a stdout on a full disk, and work behind it": {
    script: "echo first; sleep 0.3; seq 1 300000; echo last >&2; exit 7",
    flags: ["--log", "stderr=INFO"],
    under: ["sh", "-c", 'exec "$@" > /dev/full', "sh"],
    end: [1],
    told: /Cannot copy the stdout of the command/,
    logs: ["last"],
  },
  "a program that knows nothing of Pipes": {
    script: "echo why >&2; exit 7",
    end: [7],
    told: /exit code 7.*\nwhy$/s,
  },
  "the same, with its stderr kept back": {
    script: "echo secret >&2; exit 7",
    flags: ["--no-stderr-tail"],
    end: [7],
    told: /exit code 7$/,
  },
  "a command that is not there": {
    script: "exec no-such-command",
    end: [127],
    told: /exit code 127/,
  },
  "no folder for the messages": {
    script: "echo never",
    env: { TMPDIR: "/nonexistent" },
    end: [1],
    told: /Cannot make a folder in "\/nonexistent"/,
  },
};

for (const runtime of ["deno", "bun", "node26"] satisfies RuntimeName[]) {
  const program = `${PROGRAMS_DIR}/ending.ts`;
  const RUN = [...runtimeCommand(runtime), program].join(" ");
  for (const [name, row] of Object.entries(TABLE)) {
    Deno.test(`${runtime}: under the launcher, this end is told: ${name}`, async () => {
      const { code, signal, raw, stderr } = await superviseShell(
        runtime,
        row.script,
        {
          flags: row.flags ?? [],
          env: { RUN, ...row.env },
          ...(row.under && { around: row.under }),
        },
      );
      const end = signal ?? code;
      assertEquals(row.end.includes(end), true, `${end}, not ${row.end}\n${stderr}`);
      const messages = sessionOf(raw);
      assertEquals(logsOf(messages), [...row.logs ?? []]);
      if (row.told === undefined) return assertEquals(messages.at(-1)?.params, {});
      const exception = closedException(messages);
      assertMatch(exception.message, row.told);
      if (row.also !== undefined) {
        assertMatch(exception.context?.message ?? "", row.also);
        assertEquals(exception.message === exception.context?.message, false);
      }
    });
  }
}
