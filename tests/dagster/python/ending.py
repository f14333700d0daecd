"""Ends a scenario's script from outside: by signals, or by a limit that it breaks."""

import os
import signal
import threading
import time

# A script says by this log message that it is where a signal is to meet it.
READY = "ready"


class Ending:
    """What is to befall the process that Dagster launches in one run."""

    def __init__(self, request, folder):
        self._signals = request["signals"]
        self._limit = request["limit"]
        self._pid_file = os.path.join(folder, "the pid")
        self._over = threading.Event()
        self._ready_at = None

    def wrapped(self, command):
        """The command behind a shell that keeps its pid, and becomes the command itself."""
        if not self._signals and self._limit is None:
            return command
        told = f'echo $$ > "$0"; ulimit -c 0; {self._limit or ":"}; exec "$@"'
        return ["/bin/sh", "-c", told, self._pid_file, *command]

    def listen(self, handler):
        """Begins to send the signals once the script is ready."""
        handle_message = handler.handle_message

        def listening(message):
            handle_message(message)
            if message["method"] == "log" and message["params"]["message"] == READY:
                self._ready_at = time.monotonic()
                threading.Thread(target=self._send, daemon=True).start()

        handler.handle_message = listening

    def end(self):
        """The script ended. Gives the seconds from when it was ready."""
        self._over.set()
        return None if self._ready_at is None else time.monotonic() - self._ready_at

    def _send(self):
        for name, seconds in self._signals:
            if self._over.wait(self._ready_at + seconds - time.monotonic()):
                return
            with open(self._pid_file, encoding="ascii") as file:
                os.kill(int(file.read()), getattr(signal, name))
