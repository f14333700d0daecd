import type { Usage } from "./arguments.ts";

/** The version of this package. */
export const VERSION = "0.1.0";

/** How `run` is called. */
export const RUN_USAGE: Usage = {
  name: "run",
  text: `Usage: dagsterpipes run [OPTIONS] -- COMMAND...

Runs COMMAND without Dagster, and plays Dagster's side: shows what it reports, and what Dagster
would say of it. Ends as COMMAND ends; with 1 where Dagster would fail the step all the same.

  --asset KEY               an asset of the step; once for each
  --check [ASSET:]NAME      a check that the step declares; once for each
  --extras FILE|JSON        what is passed along
  --extra NAME=VALUE        one more of it; VALUE is JSON, or else text
  --partition KEY|FROM..TO  the partition, or the first and the last of several
  --retry N                 how many times the step was tried before
  --context FILE            a context that Dagster wrote, in place of all that
  --channel WHERE           where messages go: file (default), stdout or stderr
  --timeout SECONDS         cut COMMAND off after this time, with code 124
  --strict                  end with 1 also where Dagster would warn
  --json                    print events alone, one JSON object a line
  --watch                   run again when a source file below this folder changes`,
  hasCommand: true,
  options: {
    asset: "texts",
    check: "texts",
    extras: "text",
    extra: "texts",
    partition: "text",
    retry: "text",
    context: "text",
    channel: "text",
    timeout: "text",
    strict: "flag",
    json: "flag",
    watch: "flag",
  },
};

/** How `report` is called. */
export const REPORT_USAGE: Usage = {
  name: "report",
  text: `Usage: dagsterpipes report log [--level LEVEL] TEXT...
       dagsterpipes report materialization [--asset KEY] [--metadata NAME[:TYPE]=VALUE]...
                                           [--data-version VERSION]
       dagsterpipes report check --name NAME --passed true|false [--asset KEY]
                                 [--severity WARN|ERROR] [--metadata NAME[:TYPE]=VALUE]...

Says one thing to Dagster from a script under dagsterpipes supervise. Outside a session, prints
what it would have said.

  --level LEVEL                 DEBUG, INFO (default), WARNING, ERROR or CRITICAL
  --asset KEY                   which asset, where the step has several
  --metadata NAME[:TYPE]=VALUE  a value; text where no TYPE is said, else as int, float, bool, url,
                                path, md, json, table, timestamp; once for each
  --data-version VERSION        the version of the data
  --name NAME                   the check's name
  --passed true|false           its result
  --severity WARN|ERROR         how bad it is where it failed (default ERROR)`,
  hasCommand: false,
  options: {
    level: "text",
    asset: "text",
    metadata: "texts",
    "data-version": "text",
    name: "text",
    passed: "text",
    severity: "text",
  },
};

/** How `supervise` is called. */
export const SUPERVISE_USAGE: Usage = {
  name: "supervise",
  text: `Usage: dagsterpipes supervise [--timeout SECONDS] [--grace SECONDS]
                              [--log stdout=LEVEL,stderr=LEVEL]
                              [--transport MODULE] [--no-stderr-tail] -- COMMAND...

Runs COMMAND and owns its session with Dagster: whatever way it ends, Dagster is told.

  --timeout SECONDS   cut COMMAND off after this time
  --grace SECONDS     kill COMMAND this long after a cancel or the cut-off (default 15)
  --log STREAM=LEVEL  make log messages of stdout or stderr: of DEBUG, INFO, WARNING, ERROR or CRITICAL
  --transport MODULE  reach Dagster by what the default export of MODULE has: paramsLoader,
                      contextLoader, messageWriter
  --no-stderr-tail    keep the last lines of stderr out of the exception`,
  hasCommand: true,
  options: {
    timeout: "text",
    grace: "text",
    log: "texts",
    transport: "text",
    "no-stderr-tail": "flag",
  },
};
