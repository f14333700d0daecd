"""Runs the loop of Dagster's own reader of chunks at a time of its own, as fast as it goes.

On the standard input: JSON of a list of cases, each with the chunks and the settings of
`readChunks` in dagster_reader.ts. On the standard output: JSON of the outcomes.
"""

import datetime
import json
import sys
from types import SimpleNamespace

from dagster._core.pipes import utils

START = datetime.datetime(2026, 1, 1)
MESSAGE = json.dumps({"__dagster_pipes_version": "0.1", "method": "log", "params": {}})
CLOSED = json.dumps({"__dagster_pipes_version": "0.1", "method": "closed", "params": {}})

now = 0.0  # in milliseconds


class Reader(utils.PipesBlobStoreMessageReader):
    def __init__(self, case):
        super().__init__(interval=case["intervalSeconds"])
        self._chunks = case["chunks"]

    def get_params(self):
        raise NotImplementedError

    def no_messages_debug_text(self):
        return ""

    def messages_are_readable(self, params):
        return True

    def download_messages_chunk(self, index, params):
        if index > len(self._chunks) or self._chunks[index - 1]["at"] > now:
            return None
        lines = [MESSAGE] * self._chunks[index - 1]["messages"]
        if index == len(self._chunks):
            lines[-1] = CLOSED
        return "\n".join(lines)


def outcome_of(case):
    global now
    now = case["start"]
    handler = SimpleNamespace(received_closed_message=False)

    def handle_message(message):
        global now
        now += case["messageMs"]
        handler.received_closed_message = message["method"] == "closed"

    handler.handle_message = handle_message
    is_session_closed = SimpleNamespace(is_set=lambda: now >= case["end"])
    Reader(case)._messages_thread(handler, {}, is_session_closed)
    if now > case["end"] + utils.THREAD_WAIT_TIMEOUT * 1000:
        return "failed"
    return "complete" if handler.received_closed_message else "lost"


def sleep(seconds):
    global now
    # A round takes a little more than its sleep.
    now += seconds * 1000 + 3


def current():
    return START + datetime.timedelta(milliseconds=now + 100_000_000)


utils.time = SimpleNamespace(sleep=sleep)
utils.datetime = SimpleNamespace(datetime=SimpleNamespace(now=current))
print(json.dumps([outcome_of(case) for case in json.load(sys.stdin)]))
