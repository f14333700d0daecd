import sys
import time

from dagster_pipes import open_dagster_pipes
from tell import tell

kind, count = sys.argv[1], int(sys.argv[2])
giant = "0123456789" * 1_000_000
entries = {f"entry_{i}": i if i % 2 else f"text {i}" for i in range(50)}
rows = [{"id": i, "name": f"row {i}", "price": i / 8, "sold": i % 3 == 0} for i in range(10_000)]
schema = [{"name": n, "type": t} for n, t in [("id", "int"), ("name", "string"), ("price", "float"), ("sold", "bool")]]

with open_dagster_pipes() as pipes:
    report = {
        "giant": lambda key: pipes.log.info(giant),
        "metadata": lambda key: pipes.report_asset_materialization(asset_key=key, metadata=entries),
        "table": lambda key: pipes.report_asset_materialization(
            asset_key=key,
            metadata={"table": {"raw_value": {"records": rows, "schema": schema}, "type": "table"}},
        ),
    }[kind]
    start = time.perf_counter()
    for i in range(count):
        report(f"asset_{i}")
    tell((time.perf_counter() - start) / count)
