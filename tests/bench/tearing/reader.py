"""Reads what a writer writes as Dagster's file reader does, and counts the lines that it sees torn.

Dagster's own `tail_file` gives the lines and its own `PipesMessageHandler` takes them, inside a run whose events are stored
in SQLite. Only the death is left out: where half a line comes, it is counted, and joined to the other half.

Arguments: a command. Prints a JSON object.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import dagster as dg
from dagster._core.pipes.context import PipesMessageHandler
from dagster._core.pipes.utils import tail_file
from dagster_pipes import encode_param


def read(context, path, done, counts):
    handler = PipesMessageHandler(context, dg.PipesFileMessageReader(path))
    half = ""
    for line in tail_file(path, done.is_set):
        try:
            message = json.loads(half + line)
        except json.JSONDecodeError:
            counts["torn"] += half == ""
            half += line
            continue
        half = ""
        handler.handle_message(message)
        if message["method"] == "log" and not message["params"]["message"].startswith("A message of"):
            counts["received"] += 1


def main(command):
    counts = {"received": 0, "torn": 0}

    @dg.op
    def pipes(context):
        with tempfile.TemporaryDirectory() as folder:
            path = str(Path(folder) / "messages")
            Path(path).touch()
            done = threading.Event()
            thread = threading.Thread(target=read, args=(context, path, done, counts))
            thread.start()
            data = {"run_id": context.run_id, "asset_keys": None, "extras": {}, "retry_number": 0}
            env = {
                "DAGSTER_PIPES_CONTEXT": encode_param({"data": data}),
                "DAGSTER_PIPES_MESSAGES": encode_param({"path": path}),
            }
            try:
                subprocess.run(command, check=True, env={**os.environ, **env})
            finally:
                done.set()
                thread.join()

    @dg.job
    def experiment():
        pipes()

    with tempfile.TemporaryDirectory() as home, dg.DagsterInstance.local_temp(home) as instance:
        result = experiment.execute_in_process(instance=instance, raise_on_error=True)
    assert result.success
    print("RESULT " + json.dumps(counts))


main(sys.argv[1:])
