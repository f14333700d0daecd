"""Runs a step whose messages come in halves, with Dagster's own file reader or with the one that waits for whole lines.

Argument: `own` or `whole`. Prints the log messages of the run.
"""

import json
import sys
import tempfile
from pathlib import Path

import dagster as dg

sys.path.insert(0, str(Path(__file__).parents[2] / "examples"))
from whole_line_reader import PipesWholeLineFileMessageReader  # noqa: E402

CHILD = """
import base64, json, os, time, zlib
params = json.loads(zlib.decompress(base64.b64decode(os.environ["DAGSTER_PIPES_MESSAGES"])))
def line(method, params):
    return json.dumps({"__dagster_pipes_version": "0.1", "method": method, "params": params}) + "\\n"
with open(params["path"], "a") as messages:
    for text in [line("opened", {"extras": {}}), line("log", {"message": "in halves", "level": "INFO"})]:
        for half in [text[:40], text[40:]]:
            messages.write(half)
            messages.flush()
            time.sleep(0.1)
    messages.write(line("closed", {}))
"""


@dg.op
def step(context):
    with tempfile.TemporaryDirectory() as folder:
        reader = dg.PipesFileMessageReader if sys.argv[1] == "own" else PipesWholeLineFileMessageReader
        client = dg.PipesSubprocessClient(message_reader=reader(str(Path(folder) / "messages")))
        client.run(context=context, command=[sys.executable, "-c", CHILD])


@dg.job
def halves():
    step()


with dg.DagsterInstance.ephemeral() as instance:
    result = halves.execute_in_process(instance=instance)
    entries = [record.event_log_entry for record in instance.get_records_for_run(result.run_id).records]
    messages = [entry.user_message for entry in entries if not entry.is_dagster_event]
    print("RESULT " + json.dumps(messages))
