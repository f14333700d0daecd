"""Runs what a page of the documentation shows of Dagster's side, block after block.

A line on stdin is `{"folder", "env", "blocks"}`: where the page's files are, variables, and the Python. A line back has, for
each block, what Dagster stored of the run of all that the block defines, and what was printed meanwhile.
"""

import json
import os
import sys
import tempfile
import traceback
import warnings

import dagster as dg
from stored import stored

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class Output:
    """Catches what this process and its children write to stdout."""

    def __init__(self):
        self._file = tempfile.TemporaryFile()
        os.dup2(self._file.fileno(), 1)

    def take(self):
        sys.stdout.flush()
        self._file.seek(0)
        text = self._file.read().decode("utf-8", "backslashreplace")
        self._file.seek(0)
        self._file.truncate()
        return text


def answer(request, output):
    os.chdir(request["folder"])
    os.environ.update(request["env"])
    sys.path.insert(0, request["folder"])
    page = {}
    runs = []
    for code in request["blocks"]:
        known = set(map(id, page.values()))
        exec(compile(code, "page", "exec"), page)
        run = _run([value for value in page.values() if id(value) not in known])
        printed = output.take()
        if run is not None:
            runs.append({**run, "printed": printed})
    sys.path.pop(0)
    return runs


def _run(made):
    """One run of all assets and checks, or of the job, that a block defines."""
    resources = {"pipes": dg.PipesSubprocessClient()}
    for value in made:
        if isinstance(value, dg.Definitions):
            resources = {**resources, **value.resources}
    jobs = [value for value in made if isinstance(value, dg.JobDefinition)]
    kinds = (dg.AssetsDefinition, dg.AssetChecksDefinition)
    assets = [value for value in made if isinstance(value, kinds)]
    if not jobs and not assets:
        return None
    with dg.DagsterInstance.ephemeral() as instance:
        options = {"instance": instance, "raise_on_error": False, "run_config": QUIET}
        if jobs:
            result = jobs[0].execute_in_process(resources=resources, **options)
        else:
            options = {**options, **_partitions(assets)}
            result = dg.materialize(assets, resources=resources, **options)
        return {"success": result.success, **stored(instance, result.run_id)}


def _partitions(assets):
    """The first partition, or the first three at once where the assets take a range."""
    for asset in assets:
        partitions = getattr(asset, "partitions_def", None)
        if partitions is None:
            continue
        keys = partitions.get_partition_keys()
        if asset.backfill_policy is None:
            return {"partition_key": keys[0]}
        names = ("dagster/asset_partition_range_start", "dagster/asset_partition_range_end")
        return {"tags": dict(zip(names, (keys[0], keys[2])))}
    return {}


def main():
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    requests = os.fdopen(os.dup(0), encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    warnings.simplefilter("ignore")  # Dagster warns of its own previews.
    output = Output()
    print(json.dumps({"dagster": dg.__version__}), file=answers, flush=True)
    for line in requests:
        try:
            reply = {"runs": answer(json.loads(line), output)}
        except Exception:
            reply = {"error": traceback.format_exc()}
        print(json.dumps(reply), file=answers, flush=True)


main()
