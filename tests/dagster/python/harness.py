"""Runs scenarios in real Dagster, one JSON request a line on stdin, one JSON answer a line back.

Importing Dagster costs seconds, so one such process serves a whole suite.
"""

import json
import os
import sys
import tempfile
import traceback
import warnings

import dagster as dg
from clients import injector_for, reader_for, run
from definitions import execute
from ending import Ending
from stored import reported, stored

DEFAULTS = {
    "step": "asset",
    "assets": [{"key": ["report"]}],
    "env": {},
    "extras": None,
    "injector": "temp_file",
    "reader": "temp_file",
    "params": "env",
    "partitions": None,
    "partitionKey": None,
    "partitionRange": None,
    "retries": 0,
    "runs": 1,
    "signals": [],
    "limit": None,
}
ASSET_DEFAULTS = {"codeVersion": None, "checks": [], "deps": []}


class Output:
    """Catches what this process and its children write to one of the standard descriptors."""

    def __init__(self, descriptor):
        self._file = tempfile.TemporaryFile()
        os.dup2(self._file.fileno(), descriptor)

    def take(self):
        self._file.seek(0)
        text = self._file.read().decode("utf-8", "backslashreplace")
        self._file.seek(0)
        self._file.truncate()
        return text


def answer(request, folder):
    request = {**DEFAULTS, **request}
    request["assets"] = [{**ASSET_DEFAULTS, **asset} for asset in request["assets"]]
    # The extras come as text: what Python's json reads there may be no value of JavaScript.
    extras = None if request["extras"] is None else json.loads(request["extras"])
    runs = []
    with dg.DagsterInstance.ephemeral() as instance:
        for _ in range(request["runs"]):
            runs.append(_one_run(request, instance, extras, folder))
    return runs


def _one_run(request, instance, extras, folder):
    handlers, seconds = [], []

    def launch(context):
        ending = Ending(request, folder)
        reader = reader_for(request["reader"], folder)
        _remember_handler(reader, handlers, ending)
        injector = injector_for(request["injector"], folder, context)
        wrapped = {**request, "command": ending.wrapped(request["command"])}
        try:
            return run(wrapped, context, injector, reader, extras)
        finally:
            seconds.append(ending.end())

    result = execute(request, instance, launch)
    attempts = [
        {**reported(handler), "seconds": lasted} for handler, lasted in zip(handlers, seconds)
    ]
    return {
        "success": result.success,
        "runId": result.run_id,
        "attempts": attempts,
        **stored(instance, result.run_id),
    }


def _remember_handler(reader, handlers, ending):
    """A failed step lets go of its session; what the handler took is wanted all the same."""
    read_messages = reader.read_messages

    def remembering(handler):
        handlers.append(handler)
        ending.listen(handler)
        return read_messages(handler)

    reader.read_messages = remembering


def main():
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    # Scripts inherit the standard input, and one that dies of a signal may leave it non-blocking.
    requests = os.fdopen(os.dup(0), encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    warnings.simplefilter("ignore")  # Dagster warns of its own previews.
    stdout, stderr = Output(1), Output(2)
    print(json.dumps({"dagster": dg.__version__}), file=answers, flush=True)
    for line in requests:
        with tempfile.TemporaryDirectory() as folder:
            try:
                reply = {"runs": answer(json.loads(line), folder)}
            except Exception:
                reply = {"error": traceback.format_exc()}
        sys.stdout.flush()
        sys.stderr.flush()
        reply["stdout"], reply["stderr"] = stdout.take(), stderr.take()
        print(json.dumps(reply), file=answers, flush=True)


main()
