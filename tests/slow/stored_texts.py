"""Materializes an asset by the command in the arguments, and prints what Dagster stored."""

import json
import locale
import sys

import dagster as dg


@dg.asset
def orders(context: dg.AssetExecutionContext, pipes: dg.PipesSubprocessClient):
    return pipes.run(context=context, command=sys.argv[1:]).get_results()


with dg.DagsterInstance.ephemeral() as instance:
    result = dg.materialize(
        [orders],
        instance=instance,
        resources={"pipes": dg.PipesSubprocessClient()},
        raise_on_error=False,
    )
events = result.get_asset_materialization_events()
found = [event.materialization.metadata["text"].value for event in events]
print(json.dumps({"encoding": locale.getpreferredencoding(False), "texts": found}))
