"""Loads the Python of a page of the documentation as Dagster does, and runs what it defines.

A line on stdin is `{"folder", "env", "files", "isRun"}`: the folder of the page's files, variables, and the Python, each file
as `{"name", "code"}`. If it is to run, the answer has one entry for each file that defines assets, checks or jobs: what Dagster
stored of one run of all of them, and what was printed meanwhile.
"""

import json
import os
import sys
import tempfile
import traceback
import warnings
from pathlib import Path

import dagster as dg
from dagster._core.code_pointer import load_python_file
from dagster._core.workspace.autodiscovery import loadable_targets_from_python_file
from stored import stored

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
DEFINITIONS = "definitions.py"


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
    folder = request["folder"]
    os.chdir(folder)
    os.environ.update(request["env"])
    sys.path.insert(0, folder)
    runs = []
    try:
        for file in request["files"]:
            path = Path(folder, file["name"])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file["code"])
            _forget(folder)
            definitions = _load(path)
            run = _run(definitions) if definitions is not None and request["isRun"] else None
            printed = output.take()
            if run is not None:
                runs.append({**run, "printed": printed})
    finally:
        sys.path.remove(folder)
        _forget(folder)
    return runs


def _load(path):
    """The definitions in a file, as `dagster dev -f` finds them. A file of another name is only a module."""
    if path.name != DEFINITIONS:
        load_python_file(str(path), str(path.parent))
        return None
    targets = loadable_targets_from_python_file(str(path), str(path.parent))
    definitions = [target.target_definition for target in targets]
    if len(definitions) != 1 or not isinstance(definitions[0], dg.Definitions):
        raise ValueError(f"{path.name} has no `defs = dg.Definitions(…)`: Dagster found {targets}")
    dg.Definitions.validate_loadable(definitions[0])
    return definitions[0]


def _forget(folder):
    """Removes the modules of a folder: the next file or page may have the same names."""
    for name, module in list(sys.modules.items()):
        if (getattr(module, "__file__", None) or "").startswith(folder):
            del sys.modules[name]


def _run(definitions):
    """One run of the only job that a file defines, or else of all its assets and checks."""
    jobs = list(definitions.jobs or [])
    assets = [asset for asset in definitions.assets or [] if isinstance(asset, dg.AssetsDefinition)]
    checks = list(definitions.asset_checks or [])
    if not jobs and not assets and not checks:
        return None
    keys = sorted(key.to_user_string() for asset in assets for key in asset.keys)
    names = [job.name for job in jobs] or keys or [check.op.name for check in checks]
    with dg.DagsterInstance.ephemeral() as instance:
        options = {"instance": instance, "raise_on_error": False, "run_config": QUIET}
        if jobs:
            result = definitions.resolve_job_def(names[0]).execute_in_process(**options)
        else:
            resources = {**(definitions.resources or {})}
            options = {**options, **_partitions(assets)}
            result = dg.materialize([*assets, *checks], resources=resources, **options)
        return {"name": names[0], "success": result.success, **stored(instance, result.run_id)}


def _partitions(assets):
    """The first partition, or the first three at once if the assets accept a range."""
    for asset in assets:
        partitions = asset.partitions_def
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
    warnings.simplefilter("ignore")  # Dagster warns about its own previews.
    output = Output()
    print(json.dumps({"dagster": dg.__version__}), file=answers, flush=True)
    for line in requests:
        try:
            reply = {"runs": answer(json.loads(line), output)}
        except Exception:
            reply = {"error": traceback.format_exc()}
        print(json.dumps(reply), file=answers, flush=True)


main()
