"""Runs steps with Dagster's own reader of messages, or with the one that waits for whole lines.

Each argument is a case, of three words: `own` or `whole` reader; what the script sends, `halves`
(each line in two writes), `bad` (a message that Dagster cannot take, then others) or `cut` (a last
line without its end); and `one` step, `two` at the same time, or `shared`: one step with two
sessions that share a reader.

Prints of each case whether the run succeeded, its log messages by step, and its errors.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import dagster as dg

sys.path.insert(0, str(Path(__file__).parents[3] / "examples"))
from whole_line_reader import PipesWholeLineMessageReader  # noqa: E402

# A script that knows no library. It waits for the others, so that they all send at the same time.
CHILD = """
import base64, json, os, sys, time, zlib
from pathlib import Path
what, name, others = sys.argv[1:]
params = json.loads(zlib.decompress(base64.b64decode(os.environ["DAGSTER_PIPES_MESSAGES"])))
def line(method, params):
    message = {"__dagster_pipes_version": "0.1", "method": method, "params": params}
    return json.dumps(message) + "\\n"
def log(text):
    return line("log", {"message": text, "level": "INFO"})
Path(os.environ["MEETING"], name).touch()
while len(os.listdir(os.environ["MEETING"])) < int(others):
    time.sleep(0.01)
with open(params["path"], "a") as messages:
    def send(text):
        messages.write(text)
        messages.flush()
    if what == "halves":
        for text in [line("opened", {"extras": {}}), *(log(f"{name} {n}") for n in range(5))]:
            for half in [text[:40], text[40:]]:
                send(half)
                time.sleep(0.05)
        send(line("closed", {}))
    elif what == "bad":
        send(line("opened", {"extras": {}}) + log("before"))
        send(line("log", {"message": "x", "level": "LOUD"}) + log("after") + line("closed", {}))
    else:
        send(line("opened", {"extras": {}}) + log("whole") + log("cut short")[:-10])
"""


def case():
    # In the environment, so that the processes of steps find it.
    return os.environ["CASE"].split()


def reader():
    whole = case()[0] == "whole"
    return PipesWholeLineMessageReader() if whole else dg.PipesTempFileMessageReader()


def command(name):
    _, what, how = case()
    return [sys.executable, "-c", CHILD, what, name, "1" if how == "one" else "2"]


@dg.resource
def client():
    return dg.PipesSubprocessClient(message_reader=reader())


@dg.op(out={})
def first(context, pipes: dg.PipesSubprocessClient):
    pipes.run(context=context, command=command("first"))


@dg.op(out={})
def second(context, pipes: dg.PipesSubprocessClient):
    pipes.run(context=context, command=command("second"))


@dg.op(out={})
def both(context):
    shared = reader()

    def session():
        return dg.open_pipes_session(context, dg.PipesTempFileContextInjector(), shared)

    def start(name, opened):
        return subprocess.Popen(
            command(name), env={**os.environ, **opened.get_bootstrap_env_vars()}
        )

    with session() as one, session() as other:
        for process in [start("first", one), start("second", other)]:
            assert process.wait() == 0


RESOURCES = {"pipes": client}


@dg.job(resource_defs=RESOURCES)
def one():
    first()


@dg.job(resource_defs=RESOURCES, executor_def=dg.multiprocess_executor)
def two():
    first()
    second()


@dg.job
def shared():
    both()


def run(job):
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as meeting:
        os.environ["MEETING"] = meeting
        with dg.DagsterInstance.local_temp(home) as instance:
            result = dg.execute_job(dg.reconstructable(job), instance=instance)
            records = instance.get_records_for_run(result.run_id).records
    logs = {}
    for entry in (record.event_log_entry for record in records):
        if not entry.is_dagster_event:
            logs.setdefault(entry.step_key, []).append(entry.user_message)
    # Of the engine is what a reader says of itself.
    errors = [
        event.engine_event_data.error if event.is_engine_event else event.step_failure_data.error
        for event in result.all_events
        if event.is_engine_event or event.is_step_failure
    ]
    return {"success": result.success, "logs": logs, "errors": [str(e) for e in errors if e]}


def main():
    runs = {}
    for words in sys.argv[1:]:
        os.environ["CASE"] = words
        job = {"one": one, "two": two, "shared": shared}[case()[2]]
        runs[words] = run(job)
    print("RESULT " + json.dumps(runs))


if __name__ == "__main__":
    main()
