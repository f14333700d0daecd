"""A message reader for Dagster's side that waits for whole lines.

Dagster's own file reader takes what it finds at the end of the file for a line. Where that is half
a line, or one that it cannot take, it dies: all that comes later is lost, and the asset succeeds
all the same. This one waits for the end of a line. It reads on where a message cannot be taken, and
then fails the step.

It is used in place of Dagster's own, one for any number of steps at the same time::

    import dagster as dg
    from whole_line_reader import PipesWholeLineMessageReader

    @dg.asset
    def orders(context: dg.AssetExecutionContext, pipes: dg.PipesSubprocessClient):
        command = ["deno", "run", "-A", "orders.ts"]
        return pipes.run(context=context, command=command).get_results()

    reader = PipesWholeLineMessageReader()
    defs = dg.Definitions(
        assets=[orders],
        resources={"pipes": dg.PipesSubprocessClient(message_reader=reader)},
    )
"""

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import dagster as dg

POLL_SECONDS = 0.01


class PipesWholeLineMessageReader(dg.PipesTempFileMessageReader):
    """Reads messages from a temporary file, each when the end of its line is there."""

    # One for each session. Without it, Dagster warns that the feature is in preview.
    expected_writer_count = 1

    def __init__(self, include_stdio_in_messages: bool = False):
        super().__init__(include_stdio_in_messages)
        self.include_stdio_in_messages = include_stdio_in_messages

    @contextmanager
    def read_messages(self, handler: dg.PipesMessageHandler) -> Iterator[dict]:
        # All that a step needs is in here: one reader may serve many at a time.
        has_ended = Event()
        failures: list[Exception] = []

        def handle(line: bytes) -> None:
            try:
                self.handle_message(json.loads(line), handler)
            except Exception as error:
                failures.append(error)
                handler.report_pipes_framework_exception(
                    "the reader of whole lines", sys.exc_info()
                )

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "messages")
            path.touch()
            thread = Thread(target=_read, args=(path, handle, has_ended), daemon=True)
            thread.start()
            try:
                yield {
                    "path": str(path),
                    "include_stdio_in_messages": self.include_stdio_in_messages,
                }
            finally:
                has_ended.set()
                thread.join()
        if failures:
            what = f"Lost messages of the script: {len(failures)}. The first error: {failures[0]}"
            raise dg.Failure(what) from failures[0]

    def handle_message(self, message: dict, handler: dg.PipesMessageHandler) -> None:
        """Hands a message to Dagster. A subclass may look at it, too."""
        handler.handle_message(message)


def _read(path: Path, handle: Callable[[bytes], None], has_ended: Event) -> None:
    line = b""
    with path.open("rb") as messages:
        while True:
            # Asked before the read: what was written by then is read below.
            is_last_read = has_ended.is_set()
            line += messages.readline()
            if line.endswith(b"\n"):
                handle(line)
                line = b""
            elif is_last_read:
                break
            else:
                has_ended.wait(POLL_SECONDS)
    if line:
        handle(line)
