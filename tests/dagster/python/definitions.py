"""Builds the Dagster definitions of a scenario and runs them."""

import dagster as dg

# What Dagster prints of its own would stand between the script's output; the tests read its event log.
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def execute(request, instance, launch):
    """Runs the step once. `launch(context)` runs the script and gives back the completed invocation."""
    if request["step"] == "op":
        job = _op_job(request, launch)
        return job.execute_in_process(QUIET, instance=instance, raise_on_error=False)
    definitions = _definitions(request, launch)
    options = {"instance": instance, "raise_on_error": False, "tags": _tags(request)}
    options["run_config"] = QUIET
    if request["step"] == "asset_check":
        options["selection"] = dg.AssetSelection.all_asset_checks()
    return dg.materialize(definitions, partition_key=request["partitionKey"], **options)


def _tags(request):
    if request["partitionRange"] is None:
        return {}
    start, end = request["partitionRange"]
    return {
        "dagster/asset_partition_range_start": start,
        "dagster/asset_partition_range_end": end,
    }


def _op_job(request, launch):
    @dg.op(retry_policy=_retry_policy(request))
    def script(context: dg.OpExecutionContext) -> None:
        launch(context)

    @dg.job
    def ops_only():
        script()

    return ops_only


def _definitions(request, launch):
    upstream = [dg.AssetKey(path) for asset in request["assets"] for path in asset["deps"]]
    kinds = {"asset": _asset, "multi_asset": _multi_asset, "asset_check": _asset_check}
    return [*(_upstream(key) for key in upstream), *kinds[request["step"]](request, launch)]


def _asset(request, launch):
    (asset,) = request["assets"]

    @dg.asset(
        key=dg.AssetKey(asset["key"]),
        code_version=asset["codeVersion"],
        check_specs=_check_specs(asset),
        deps=[dg.AssetKey(path) for path in asset["deps"]],
        **_options(request),
    )
    def script(context: dg.AssetExecutionContext):
        return launch(context).get_materialize_result()

    return [script]


def _multi_asset(request, launch):
    # Named outputs, because no output can be named after a key with a slash or a backslash.
    outs = {
        f"asset_{index}": dg.AssetOut(
            key=dg.AssetKey(asset["key"]), code_version=asset["codeVersion"]
        )
        for index, asset in enumerate(request["assets"])
    }

    @dg.multi_asset(
        outs=outs,
        check_specs=[spec for asset in request["assets"] for spec in _check_specs(asset)],
        **_options(request),
    )
    def script(context: dg.AssetExecutionContext):
        return launch(context).get_results()

    return [script]


def _asset_check(request, launch):
    (asset,) = request["assets"]
    (name,) = asset["checks"]

    @dg.asset(key=dg.AssetKey(asset["key"]))
    def checked():
        pass

    @dg.asset_check(asset=checked, name=name)
    def check(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        return launch(context.op_execution_context).get_asset_check_result()

    return [checked, check]


def _check_specs(asset):
    return [dg.AssetCheckSpec(name, asset=dg.AssetKey(asset["key"])) for name in asset["checks"]]


def _options(request):
    return {
        "partitions_def": _partitions(request["partitions"]),
        "backfill_policy": dg.BackfillPolicy.single_run() if request["partitionRange"] else None,
        "retry_policy": _retry_policy(request),
    }


def _upstream(key):
    @dg.asset(key=key, code_version="upstream 1")
    def upstream():
        return dg.MaterializeResult(data_version=dg.DataVersion("upstream data 1"))

    return upstream


def _retry_policy(request):
    return dg.RetryPolicy(max_retries=request["retries"]) if request["retries"] else None


def _partitions(spec):
    if spec is None:
        return None
    if spec["type"] == "static":
        return dg.StaticPartitionsDefinition(spec["keys"])
    if spec["type"] == "daily":
        return dg.DailyPartitionsDefinition(spec["start"], timezone=spec["timezone"])
    dimensions = {name: _partitions(part) for name, part in spec["dimensions"].items()}
    return dg.MultiPartitionsDefinition(dimensions)
