"""A code location as a user would write it, for runs that Dagster launches in processes of their own."""

import dagster as dg


@dg.asset(config_schema={"command": [str]})
def cancelled(context: dg.AssetExecutionContext, pipes: dg.PipesSubprocessClient):
    command = context.op_execution_context.op_config["command"]
    return pipes.run(context=context, command=command).get_materialize_result()


defs = dg.Definitions(
    [cancelled],
    jobs=[dg.define_asset_job("job", [cancelled])],
    resources={"pipes": dg.PipesSubprocessClient()},
)
