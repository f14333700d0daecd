"""Runs what is defined in a copy of the example project, each part in real Dagster.

Prints its version, and for each run whether it succeeded and what Dagster stored of it. The working directory is the
copy.
"""

import json
import os
import sys
import tempfile
import threading
import time
from pathlib import Path

import dagster as dg

sys.path.insert(0, str(Path(__file__).parents[2] / "dagster" / "python"))
from orders.definitions import defs as load_defs  # noqa: E402
from stored import stored  # noqa: E402


def main():
    os.environ["GREETING"] = "Hello"
    defs = load_defs()
    runs = {}
    with tempfile.TemporaryDirectory() as home, dg.DagsterInstance.local_temp(home) as instance:

        def run(name, *assets, partition=None, checks=()):
            result = dg.materialize(
                [*defs.assets, *defs.asset_checks],
                instance=instance,
                selection=dg.AssetSelection.checks(*checks) if checks else list(assets),
                partition_key=partition,
                raise_on_error=False,
            )
            runs[name] = {"success": result.success, **stored(instance, result.run_id)}

        run("ingest", "orders")
        for day in range(1, 5):
            run(f"day {day}", "daily_revenue", partition=f"2026-01-0{day}")
        run("forecast", "forecast")
        run("best_sellers", "best/products", "best/customers")
        run("archive", "archive")
        run("refunds", "payments", "refunds")

        run("killed", "kept", "killed")
        run("exits", "exits")
        run("exits_alone", "exits_alone")
        run("permissions", "permissions")
        run("alone", "alone")
        run("page", "prices", partition="2026-01-05")
        run("checks_only", checks=[dg.AssetCheckKey(dg.AssetKey("orders"), "is_sorted")])

        watcher = threading.Thread(target=tell_when_stored, args=(instance, "early"))
        watcher.start()
        run("streams", "early", "late")
        watcher.join()

        path = os.environ["PATH"]
        os.environ["PATH"] = "/usr/bin:/bin"
        run("no runtime", "daily_revenue", partition="2026-01-01")
        os.environ["PATH"] = path
        Path("node_modules/@dagsterpipes").rename("node_modules/elsewhere")
        run("no launcher", "archive")
    print("VERSION " + dg.__version__)
    print("RESULT " + json.dumps(runs))


def tell_when_stored(instance, asset):
    deadline = time.time() + 30
    while instance.get_latest_materialization_event(dg.AssetKey(asset)) is None:
        if time.time() > deadline:
            return
        time.sleep(0.05)
    Path("data/early_is_stored").touch()


main()
