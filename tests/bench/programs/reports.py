import sys
import time

from dagster_pipes import open_dagster_pipes
from tell import tell

kind, count = sys.argv[1], int(sys.argv[2])
giant = "0123456789" * 1_000_000
entries = {f"entry_{i}": i if i % 2 else f"text {i}" for i in range(50)}

with open_dagster_pipes() as pipes:
    report = {
        "giant": lambda key: pipes.log.info(giant),
        "metadata": lambda key: pipes.report_asset_materialization(asset_key=key, metadata=entries),
    }[kind]
    start = time.perf_counter()
    for i in range(count):
        report(f"asset_{i}")
    tell((time.perf_counter() - start) / count)
