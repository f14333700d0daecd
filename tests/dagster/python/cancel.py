"""Launches real runs on a persistent instance, and cancels each as Dagster's UI does, when its script is ready.

A line on stdin is a JSON list of commands, which run at once; a line back is the list of what became of them.
"""

import json
import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import dagster as dg
from dagster._core.test_utils import create_run_for_test
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import PythonFileTarget
from ending import READY
from stored import stored

# How long a run may take to start, or to end.
PATIENCE = 90


def run_cancelled(instance, workspace, command):
    run_id = _launch(instance, workspace, command)
    _wait(lambda: any(log["message"] == READY for log in stored(instance, run_id)["logs"]))
    cancelled_at = time.monotonic()
    accepted = instance.run_launcher.terminate(run_id)
    _wait(lambda: instance.get_run_by_id(run_id).is_finished)
    return {
        "accepted": accepted,
        "status": instance.get_run_by_id(run_id).status.value,
        "seconds": time.monotonic() - cancelled_at,
        **stored(instance, run_id),
    }


def _launch(instance, workspace, command):
    (location,) = workspace.code_locations
    (repository,) = location.get_repositories().values()
    job = repository.get_full_job("job")
    run = create_run_for_test(
        instance,
        job_name="job",
        run_config={
            "ops": {"cancelled": {"config": {"command": command}}},
            "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
        },
        remote_job_origin=job.get_remote_origin(),
        job_code_origin=job.get_python_origin(),
    )
    instance.launch_run(run.run_id, workspace)
    return run.run_id


def _wait(is_done):
    until = time.monotonic() + PATIENCE
    while not is_done():
        if time.monotonic() > until:
            raise TimeoutError(f"Not within {PATIENCE} s")
        time.sleep(0.05)


def main():
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    requests = os.fdopen(os.dup(0), encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    here = os.path.dirname(os.path.abspath(__file__))
    target = PythonFileTarget(os.path.join(here, "location.py"), None, here, None)
    with (
        tempfile.TemporaryDirectory() as folder,
        dg.DagsterInstance.local_temp(folder) as instance,
        WorkspaceProcessContext(instance, target) as process,
        ThreadPoolExecutor() as pool,
    ):
        workspace = process.create_request_context()
        print(json.dumps({"dagster": dg.__version__}), file=answers, flush=True)
        for line in requests:
            runs = [
                pool.submit(run_cancelled, instance, workspace, command)
                for command in json.loads(line)
            ]
            print(json.dumps([run.result() for run in runs]), file=answers, flush=True)


main()
