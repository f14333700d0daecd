"""A message reader for Dagster's side that waits for whole lines.

Dagster's own file reader takes what it finds at the end of the file for a line, and dies of half a line. With this one,
`PipesSubprocessClient(message_reader=PipesWholeLineFileMessageReader(path))` loses nothing, whoever writes the messages.
"""

import json
import sys
import time

from dagster import PipesFileMessageReader

POLL_SECONDS = 0.01


class PipesWholeLineFileMessageReader(PipesFileMessageReader):
    """Reads messages from a file, each when the end of its line is there."""

    def _reader_thread(self, handler, is_resource_complete):
        try:
            line = ""
            with open(self._path, encoding="utf-8") as messages:
                while True:
                    # Asked before the read: what was written by then is read below.
                    is_last_read = is_resource_complete.is_set()
                    line += messages.readline()
                    if line.endswith("\n"):
                        handler.handle_message(json.loads(line))
                        line = ""
                    elif is_last_read:
                        break
                    else:
                        time.sleep(POLL_SECONDS)
            if line:
                raise ValueError(f"The last message was cut short after {len(line)} characters")
        except Exception:
            handler.report_pipes_framework_exception(f"{type(self).__name__} thread", sys.exc_info())
            raise
