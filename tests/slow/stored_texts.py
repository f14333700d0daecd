"""Materializes an asset by the command in the arguments, and prints what Dagster stored."""

import json
import locale
import sys

import dagster as dg


@dg.asset(check_specs=[dg.AssetCheckSpec("letters", asset="orders")])
def orders(context: dg.AssetExecutionContext, pipes: dg.PipesSubprocessClient):
    return pipes.run(context=context, command=sys.argv[1:]).get_results()


with dg.DagsterInstance.ephemeral() as instance:
    result = dg.materialize(
        [orders],
        instance=instance,
        resources={"pipes": dg.PipesSubprocessClient()},
        raise_on_error=False,
    )
    logs = [entry.user_message for entry in instance.all_logs(result.run_id) if not entry.dagster_event]
    errors = [
        entry.dagster_event.event_specific_data.error.message
        for entry in instance.all_logs(result.run_id)
        if entry.dagster_event and entry.dagster_event.is_engine_event
        and entry.dagster_event.event_specific_data.error
    ]
materializations = result.get_asset_materialization_events()
stored = {
    "encoding": locale.getpreferredencoding(False),
    "materializations": [event.materialization.metadata["text"].value for event in materializations],
    "checks": [check.metadata["text"].value for check in result.get_asset_check_evaluations()],
    "logs": logs,
    "errors": errors,
}
print(json.dumps(stored))
