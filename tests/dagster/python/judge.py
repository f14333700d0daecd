"""Feeds single raw lines to Dagster's own message handler and says what it holds afterwards.

Input: frames, `LINE <bytes>\\n` and so many bytes, or `RESET\\n` for a new session. One JSON answer
a line for each frame. Everything runs inside a real step, since the handler asks for its context;
only what the instance would store is kept in a list, which makes thousands of lines a second.
"""

import io
import json
import logging
import os
import sys
import warnings

import dagster as dg
from dagster._core.pipes.context import PipesMessageHandler
from dagster_shared.serdes import deserialize_value, serialize_value
from held import tree


class Records(logging.Handler):
    """Keeps log messages and engine events instead of storing them."""

    def __init__(self):
        super().__init__()
        self.taken = []

    def emit(self, record):
        event = record.__dict__.get("dagster_event")
        text = record.__dict__["dagster_meta"]["orig_message"]
        if event is None:
            self.taken.append({"kind": "log", "level": record.levelname, "message": text})
        else:
            error = event.event_specific_data.error
            self.taken.append({"kind": "event", "message": text, "error": _exception(error)})

    def drain(self):
        taken, self.taken = self.taken, []
        return taken


class Stream(io.TextIOWrapper):
    """A standard stream as strict about its encoding as Python's own."""

    def __init__(self, errors):
        super().__init__(io.BytesIO(), encoding="utf-8", errors=errors, write_through=True)

    def drain(self):
        text = self.buffer.getvalue().decode("utf-8")
        self.buffer.seek(0)
        self.buffer.truncate()
        return text


class Session:
    """One handler, and how much of what it holds was told already."""

    def __init__(self, context, records, streams):
        self._handler = PipesMessageHandler(context, dg.PipesTempFileMessageReader())
        self._records, self._streams = records, streams
        self._results = self._customs = 0

    def judge(self, line):
        """What the reader thread does with a line, and what came of it."""
        try:
            # The reader opens the file as UTF-8 text and takes what `readline` gives it.
            text = io.TextIOWrapper(io.BytesIO(line), encoding="utf-8")
            while piece := text.readline():
                self._handler.handle_message(json.loads(piece))
            answer = {"taken": True}
        except BaseException as error:
            answer = {"taken": False, "error": f"{type(error).__name__}: {_short(error)}"}
        answer["held"] = list(self._new())
        answer["opened"] = self._handler._opened_count
        answer["closed"] = self._handler._closed_count
        answer["wellFormed"] = _well_formed(answer["held"])
        return answer

    def _new(self):
        results = self._handler._result_queue.queue
        while self._results < len(results):
            yield _result(results[self._results])
            self._results += 1
        customs = self._handler._extra_msg_queue.queue
        while self._customs < len(customs):
            yield {"kind": "custom", "payload": tree(customs[self._customs])}
            self._customs += 1
        yield from self._records.drain()
        for name, stream in self._streams.items():
            if text := stream.drain():
                yield {"kind": "stream", "stream": name, "text": text}


def _result(result):
    held = {
        "assetKey": list(result.asset_key.path),
        "metadata": {label: _metadata(value) for label, value in result.metadata.items()},
    }
    if isinstance(result, dg.AssetCheckResult):
        outcome = {"passed": result.passed, "severity": result.severity.value}
        return {"kind": "check", "checkName": result.check_name, **outcome, **held}
    version = result.data_version.value if result.data_version else None
    return {"kind": "materialization", "dataVersion": version, **held}


def _metadata(value):
    held = {"class": type(value).__name__, "tree": tree(value)}
    try:
        # Stored as UTF-8 text, and read again by the web server.
        stored = serialize_value(value).encode("utf-8").decode("utf-8")
        again = tree(deserialize_value(stored))
        return held if again == held["tree"] else {**held, "stored": again}
    except Exception as error:
        return {**held, "unstorable": f"{type(error).__name__}: {_short(error)}"}


def _exception(error):
    if error is None:
        return None
    return {
        "message": error.message,
        "name": error.cls_name,
        "stack": list(error.stack),
        "cause": _exception(error.cause),
        "context": _exception(error.context),
    }


def _well_formed(held):
    """A lone surrogate is stored, and then breaks whoever sends it on as UTF-8."""
    try:
        json.dumps(held, ensure_ascii=False).encode("utf-8")
        return True
    except UnicodeEncodeError:
        return False


def _short(error):
    return str(error)[:1000]


def serve(context, requests, answers):
    records = Records()
    # The whole chain of Dagster's logging stays, up to the handlers that would store.
    for manager in (context.log, context.get_step_execution_context().log):
        manager._dagster_handler._handlers = [records]
        manager._dagster_handler._loggers = []
    streams = {"stdout": Stream("strict"), "stderr": Stream("backslashreplace")}
    sys.stdout, sys.stderr = streams["stdout"], streams["stderr"]
    session = Session(context, records, streams)
    while header := requests.readline():
        command, _, size = header.decode("ascii").strip().partition(" ")
        if command == "RESET":
            session = Session(context, records, streams)
            answer = {"taken": True, "held": [], "opened": 0, "closed": 0, "wellFormed": True}
        else:
            answer = session.judge(requests.read(int(size)))
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def main():
    warnings.simplefilter("ignore")  # Dagster warns of its own previews.
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)

    @dg.op
    def judge(context: dg.OpExecutionContext):
        answers.write(json.dumps({"dagster": dg.__version__}) + "\n")
        answers.flush()
        serve(context, requests, answers)

    @dg.job(logger_defs={})
    def lines():
        judge()

    lines.execute_in_process(instance=dg.DagsterInstance.ephemeral())


main()
