"""The ways in which a scenario's script is launched: Dagster's own client, and one by log lines."""

import os
import subprocess
import sys
import threading
from contextlib import contextmanager

import dagster as dg
from dagster._core.errors import DagsterPipesExecutionError
from dagster._core.pipes.client import PipesClientCompletedInvocation
from dagster._core.pipes.utils import extract_message_or_forward_to_stdout



class RangeContextInjector(dg.PipesTempFileContextInjector):
    """Tells the script of a range of partitions, which Dagster's own injectors leave out.

    `build_external_execution_context_data` asks only for a partition key, and a run over a range
    has none: up to 1.13.29 at least, all three partition fields are null in such a run.
    """

    def __init__(self, context):
        self._range = context.partition_key_range
        self._window = None
        if isinstance(context.assets_def.partitions_def, dg.TimeWindowPartitionsDefinition):
            self._window = context.partition_time_window

    def inject_context(self, context):
        window = self._window and {
            "start": self._window.start.isoformat(),
            "end": self._window.end.isoformat(),
        }
        keys = {"start": self._range.start, "end": self._range.end}
        told = {"partition_key_range": keys, "partition_time_window": window}
        return super().inject_context({**context, **told})


def injector_for(name, folder, context):
    """`temp_file`, `file`, `env`, or `range`."""
    if name == "range":
        return RangeContextInjector(context)
    if name == "file":
        return dg.PipesFileContextInjector(os.path.join(folder, "the context.json"))
    return {"temp_file": dg.PipesTempFileContextInjector, "env": dg.PipesEnvContextInjector}[name]()


class LogLinesMessageReader(dg.PipesMessageReader):
    """Takes messages from the script's output, as the readers for Docker and Lambda do."""

    def __init__(self, params):
        self._params = params
        self._handler = None

    @contextmanager
    def read_messages(self, handler):
        self._handler = handler
        yield self._params

    def consume(self, line):
        extract_message_or_forward_to_stdout(self._handler, line)

    def no_messages_debug_text(self):
        return "Attempted to read messages from the output of the process."


def reader_for(name, folder):
    """`temp_file`, `file`, or `stdio:stderr`, `buffered_stdio:stdout` and so on."""
    kind, _, stream = name.partition(":")
    if kind == "temp_file":
        return dg.PipesTempFileMessageReader()
    if kind == "file":
        return dg.PipesFileMessageReader(os.path.join(folder, "the messages"))
    return LogLinesMessageReader({kind: stream})


def run(request, context, injector, reader, extras):
    """Runs the script in a session and gives back the completed invocation."""
    if not isinstance(reader, LogLinesMessageReader) and request["params"] == "env":
        client = dg.PipesSubprocessClient(context_injector=injector, message_reader=reader)
        command, env = request["command"], request["env"]
        return client.run(context=context, command=command, extras=extras, env=env)
    with dg.open_pipes_session(context, injector, reader, extras) as session:
        command, env = request["command"], {**os.environ, **request["env"]}
        if request["params"] == "env":
            env.update(session.get_bootstrap_env_vars())
        else:
            args = session.get_bootstrap_cli_arguments().items()
            command = [*command, *(part for pair in args for part in pair)]
        code = _watch(command, env, reader)
        if code != 0:
            raise DagsterPipesExecutionError(f"External execution process failed with code {code}")
    return PipesClientCompletedInvocation(session)


def _watch(command, env, reader):
    if not isinstance(reader, LogLinesMessageReader):
        return subprocess.call(command, env=env)
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=env, stdout=pipe, stderr=pipe) as process:
        if "buffered_stdio" in reader._params:
            # Lambda hands over the whole log when all is done, split as text, not as bytes.
            for output in process.communicate():
                for line in output.decode("utf-8").splitlines():
                    reader.consume(line)
            return process.returncode
        threads = [
            threading.Thread(target=_consume_stream, args=(stream, reader))
            for stream in (process.stdout, process.stderr)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return process.wait()


def _consume_stream(stream, reader):
    for line in stream:
        reader.consume(line.decode("utf-8").rstrip("\n"))
        sys.stdout.flush()
