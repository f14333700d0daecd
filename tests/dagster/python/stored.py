"""Reads back from the instance everything that Dagster stored of one run."""

import logging

from held import described, tree

# Dagster puts these itself on each materialization; only they are told to the tests.
_TAGS = ("dagster/data_version", "dagster/code_version", "dagster/data_version_is_user_provided")


def stored(instance, run_id):
    """The event log of a run, sorted by kind, each kind in the order of its arrival."""
    answer = {"materializations": [], "checks": [], "logs": [], "engineErrors": [], "failures": []}
    answer["order"] = []
    for entry in instance.all_logs(run_id):
        event = entry.dagster_event
        if event is None:
            _add(answer, "logs", _log(entry))
        elif event.event_type_value == "ASSET_MATERIALIZATION":
            _add(answer, "materializations", _materialization(event))
        elif event.event_type_value == "ASSET_CHECK_EVALUATION":
            _add(answer, "checks", _check(event))
        elif event.event_type_value == "ENGINE_EVENT" and event.engine_event_data.error:
            error = _error(event.engine_event_data.error)
            _add(answer, "engineErrors", {"message": event.message, "error": error})
        elif event.event_type_value in ("STEP_FAILURE", "STEP_UP_FOR_RETRY"):
            error = _error(event.event_specific_data.error)
            _add(answer, "failures", {"kind": event.event_type_value, "error": error})
    return answer


def _add(answer, kind, item):
    answer["order"].append([kind, len(answer[kind])])
    answer[kind].append(item)


def _log(entry):
    return {"level": logging.getLevelName(entry.level), "message": entry.user_message}


def _materialization(event):
    told = event.step_materialization_data.materialization
    return {
        "assetKey": list(told.asset_key.path),
        "partition": told.partition,
        "metadata": described(told.metadata),
        "dataVersion": (told.tags or {}).get(_TAGS[0]),
        "codeVersion": (told.tags or {}).get(_TAGS[1]),
        "isUserProvided": (told.tags or {}).get(_TAGS[2]),
    }


def _check(event):
    told = event.asset_check_evaluation_data
    return {
        "assetKey": list(told.asset_key.path),
        "checkName": told.check_name,
        "passed": told.passed,
        "severity": told.severity.value,
        "metadata": described(told.metadata),
    }


def _error(error):
    if error is None:
        return None
    return {
        "message": error.message,
        "name": error.cls_name,
        "stack": list(error.stack),
        "cause": _error(error.cause),
        "context": _error(error.context),
    }


def reported(handler):
    """What the message handler holds, which a step that fails afterwards never stores."""
    return {
        "custom": [tree(payload) for payload in handler.get_custom_messages()],
        "results": [_result(result) for result in handler.get_reported_results()],
        "opened": handler.received_opened_message,
        "closed": handler.received_closed_message,
    }


def _result(result):
    common = {
        "class": type(result).__name__,
        "assetKey": list(result.asset_key.path),
        "metadata": described(result.metadata),
    }
    if hasattr(result, "check_name"):
        outcome = {"passed": result.passed, "severity": result.severity.value}
        return {**common, "checkName": result.check_name, **outcome}
    version = result.data_version.value if result.data_version else None
    return {**common, "dataVersion": version}
