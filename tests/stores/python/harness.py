"""Runs scripts in real Dagster, by the injectors and readers of its stores.

One JSON request a line on the standard input, one JSON answer a line back, each as soon as it is
there: requests run at the same time, for most of their time is waiting.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import warnings
from contextlib import contextmanager

import dagster as dg
import logs
from channels import channel, make_buckets

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
NUMBERED = "message "


def answer(request, where):
    if request.get("reader") != "lambda":
        return _materialize(request, where)
    # One run for each event, of which all but the first find the function warm.
    with logs.LambdaFunction(request["command"], {**os.environ, **request["env"]}) as function:
        runs = [
            _materialize({**request, "event": event, "function": function}, where)
            for event in request["events"]
        ]
        return {**runs[-1], "success": all(run["success"] for run in runs)}


def _materialize(request, where):
    seen = {}
    with tempfile.TemporaryDirectory() as folder, _instance(request) as instance:

        @dg.asset(name="orders", check_specs=[dg.AssetCheckSpec("fresh", asset="orders")])
        def orders(context: dg.AssetExecutionContext):
            session = _launch(request, where, context, folder, seen)
            return session.get_results()

        start = time.monotonic()
        result = dg.materialize(
            [orders], instance=instance, raise_on_error=False, run_config=QUIET
        )
        seen["seconds"] = round(time.monotonic() - start, 1)
        return {**seen, "success": result.success, **_stored(instance, result.run_id)}


# In memory where there is such a place: how long a disk takes is no matter of these tests.
MEMORY = "/dev/shm" if os.path.isdir("/dev/shm") else None


@contextmanager
def _instance(request):
    if not request.get("sqlite"):
        with dg.DagsterInstance.ephemeral() as instance:
            yield instance
        return
    with tempfile.TemporaryDirectory(dir=MEMORY) as home:
        with dg.DagsterInstance.local_temp(home) as instance:
            yield instance


def _launch(request, where, context, folder, seen):
    reader = request.get("reader")
    if reader == "kubernetes":
        return logs.kubernetes(request, context, seen, _remember)
    if reader == "docker":
        return logs.docker(request, context, seen, _remember)
    if reader == "cloudwatch":
        return logs.cloudwatch(request, context, seen, _remember, where["s3"])
    if reader == "lambda":
        return logs.aws_lambda(request, context, seen, _remember)
    if reader == "composite":
        return _run_two(request, where, context, folder, seen)
    return _run(request, where, context, folder, seen)


def _run_two(request, where, context, folder, seen):
    """Two processes, each with a reader of its own."""
    pairs = [channel(request["store"], where, request["interval"], folder, False) for _ in "ab"]
    reader = dg.PipesCompositeMessageReader([reader for _, reader in pairs])
    _remember(reader, seen)
    injector = pairs[0][0]
    with dg.open_pipes_session(context, injector, reader) as session:
        processes = [
            subprocess.Popen([*request["command"], str(number)], env={**os.environ, **request["env"], **env})
            for number, env in enumerate(session.get_per_writer_bootstrap_env_vars())
        ]
        seen["code"] = max(process.wait() for process in processes)
    if seen["code"] != 0:
        raise Exception(f"a process ended with {seen['code']}")
    return session


def _run(request, where, context, folder, seen):
    where = {**where, **request.get("where", {})}
    injector, reader = channel(
        request["store"], where, request["interval"], folder, request.get("stdio", False)
    )
    handling = request.get("handling")
    if handling:
        _slow_down(reader, handling)
    _remember(reader, seen)
    extras = request.get("extras")
    with dg.open_pipes_session(context, injector, reader, extras) as session:
        env = {**os.environ, **request["env"], **session.get_bootstrap_env_vars()}
        env["STORE_MOUNT"] = folder
        process = subprocess.Popen(
            request["command"],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        start = time.monotonic()
        output = _Output(process, request.get("signal"))
        process.wait()
        seen["stdout"], seen["stderr"] = output.take()
        seen["code"] = process.returncode
        seen["processSeconds"] = round(time.monotonic() - start, 1)
    if process.returncode != 0:
        raise Exception(f"the process ended with {process.returncode}")
    return session


class _Output:
    """What a process prints; it gets a signal when it has printed its first line."""

    def __init__(self, process, number):
        self._texts = {"stdout": [], "stderr": []}
        self._threads = [
            threading.Thread(target=self._read, args=(process, "stdout", number)),
            threading.Thread(target=self._read, args=(process, "stderr", None)),
        ]
        for thread in self._threads:
            thread.start()

    def _read(self, process, name, number):
        for line in getattr(process, name):
            self._texts[name].append(line)
            if number is not None:
                process.send_signal(number)
                number = None

    def take(self):
        for thread in self._threads:
            thread.join()
        return "".join(self._texts["stdout"]), "".join(self._texts["stderr"])


def _slow_down(reader, milliseconds):
    read_messages = reader.read_messages

    def slowed(handler):
        handle = handler.handle_message

        def handle_slowly(message):
            start = time.monotonic()
            handle(message)
            time.sleep(max(0, milliseconds / 1000 - (time.monotonic() - start)))

        handler.handle_message = handle_slowly
        return read_messages(handler)

    reader.read_messages = slowed


def _remember(reader, seen):
    read_messages = reader.read_messages

    def remembering(handler):
        handle = handler.handle_message

        def noting(message):
            if message["method"] == "closed":
                seen["exception"] = (message["params"] or {}).get("exception")
            if message["method"] == "log_external_stream":
                params = message["params"]
                seen.setdefault("streams", []).append([params["stream"], params["text"]])
            handle(message)
            seen["opened"] = handler.received_opened_message
            seen["closed"] = handler.received_closed_message

        handler.handle_message = noting
        return read_messages(handler)

    reader.read_messages = remembering


def _stored(instance, run_id):
    logs, materializations, checks, failures = [], [], [], []
    for entry in instance.all_logs(run_id):
        event = entry.dagster_event
        if event is None:
            logs.append(entry.user_message)
        elif event.event_type_value == "ASSET_MATERIALIZATION":
            metadata = event.step_materialization_data.materialization.metadata
            materializations.append({name: value.value for name, value in metadata.items()})
        elif event.event_type_value == "ASSET_CHECK_EVALUATION":
            checks.append(event.asset_check_evaluation_data.passed)
        elif event.event_type_value == "STEP_FAILURE":
            failures.append(str(event.event_specific_data.error))
    numbers = [int(text[len(NUMBERED) :]) for text in logs if text.startswith(NUMBERED)]
    return {
        "messages": len(numbers),
        "inOrder": numbers == list(range(len(numbers))),
        "logs": [text for text in logs if not text.startswith((NUMBERED, "[pipes]"))],
        "notes": [text for text in logs if text.startswith("[pipes]")],
        "materializations": materializations,
        "checks": checks,
        "failures": failures,
    }


def main():
    warnings.simplefilter("ignore")
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    where = json.loads(sys.argv[1])
    os.environ["STORAGE_EMULATOR_HOST"] = where["gcs"]
    make_buckets(where)
    print(json.dumps({"dagster": dg.__version__}), file=answers, flush=True)
    lock = threading.Lock()

    def reply(request):
        try:
            told = answer(request, where)
        except Exception:
            told = {"error": traceback.format_exc()}
        with lock:
            print(json.dumps({"id": request["id"], **told}), file=answers, flush=True)

    threads = []
    for line in sys.stdin:
        thread = threading.Thread(target=reply, args=[json.loads(line)])
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()


main()
