import sys
import time

from dagster_pipes import open_dagster_pipes
from tell import tell

which, kind = sys.argv[1:]
rows = [
    {"id": i, "name": f"row {i}", "price": i / 4, "sold": i % 3 == 0, "day": f"2026-01-{10 + i % 20}"}
    for i in range(10_000)
]
types = {"id": "int", "name": "string", "price": "float", "sold": "bool", "day": "string"}
schema = [{"name": name, "type": type} for name, type in types.items()]

with open_dagster_pipes() as pipes:

    def materialize(asset_key, raw_value, type):
        metadata = {"rows": {"raw_value": raw_value, "type": type}}
        pipes.report_asset_materialization(asset_key=asset_key, metadata=metadata)

    report = {
        "table": lambda asset_key: materialize(asset_key, {"records": rows, "schema": schema}, "table"),
        "json": lambda asset_key: materialize(asset_key, rows, "json"),
        "payload": lambda asset_key: pipes.report_custom_message(rows),
    }[kind]
    times = []
    for i in range(1 if which == "first" else 30):
        start = time.perf_counter()
        report(f"asset_{i}")
        times.append(time.perf_counter() - start)
    tell(times[0] if which == "first" else sorted(times[1:])[len(times) // 2])
