"""Dagster's readers of logs, fed what a real process prints, as each platform would hand it over."""

import base64
import datetime
import io
import json
import os
import subprocess
import threading
import uuid
from contextlib import contextmanager
from types import SimpleNamespace

import boto3
import dagster as dg
from dagster_aws.pipes import PipesCloudWatchMessageReader, PipesLambdaClient
from dagster_docker.pipes import PipesDockerLogsMessageReader
from dagster_k8s.pipes import PipesK8sPodLogsMessageReader

# What Docker makes of a longer line.
DOCKER_PIECE = 16 * 1024

# What Lambda hands over of a log.
LAMBDA_TAIL = 4096


@contextmanager
def _session(context, reader, seen, remember):
    remember(reader, seen)
    with dg.open_pipes_session(context, dg.PipesEnvContextInjector(), reader) as session:
        yield session


def _child(request, session, **pipes):
    env = {**os.environ, **request["env"], **session.get_bootstrap_env_vars()}
    return subprocess.Popen(request["command"], env=env, stdin=subprocess.DEVNULL, **pipes)


def _end(process, seen):
    seen["code"] = process.wait()
    if seen["code"] != 0:
        raise Exception(f"the process ended with {seen['code']}")


def kubernetes(request, context, seen, remember):
    """A pod's log: all that is printed, each line with the time of its own."""
    reader = PipesK8sPodLogsMessageReader()
    with _session(context, reader, seen, remember) as session:
        process = _child(request, session, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        start = datetime.datetime.now(datetime.timezone.utc)

        def log():
            for number, line in enumerate(process.stdout):
                # The time has nanoseconds: no two lines have the same.
                time = start + datetime.timedelta(microseconds=number)
                yield f"{time:%Y-%m-%dT%H:%M:%S.%f}000Z ".encode() + line

        api = SimpleNamespace(read_namespaced_pod_log=lambda *_, **__: log())
        reader.consume_pod_logs(context, api, "pod", "namespace")
        _end(process, seen)
    return session


def docker(request, context, seen, remember):
    """A container's log, in the pieces that Docker makes of it."""
    reader = PipesDockerLogsMessageReader()
    with _session(context, reader, seen, remember) as session:
        process = _child(request, session, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

        def logs(**_):
            for line in process.stdout:
                for at in range(0, len(line), DOCKER_PIECE):
                    yield line[at : at + DOCKER_PIECE]

        reader.consume_docker_logs(SimpleNamespace(logs=logs))
        _end(process, seen)
    return session


def cloudwatch(request, context, seen, remember, endpoint):
    """What ECS and EMR log: lines of the standard output as events in a stream."""
    client = boto3.client(
        "logs",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    group = stream = uuid.uuid4().hex
    client.create_log_group(logGroupName=group)
    client.create_log_stream(logGroupName=group, logStreamName=stream)
    reader = PipesCloudWatchMessageReader(client=client, log_group=group, log_stream=stream)
    with _session(context, reader, seen, remember) as session:
        process = _child(request, session, stdout=subprocess.PIPE)
        now = int(datetime.datetime.now().timestamp() * 1000) + 1
        events = [
            {"timestamp": now + number, "message": line.decode().rstrip("\n")}
            for number, line in enumerate(process.stdout)
        ]
        client.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)
        _end(process, seen)
    return session


class LambdaFunction:
    """A client of Lambda whose function runs in a process that stays, as a warm one does."""

    def __init__(self, command, env):
        self._process = subprocess.Popen(
            command,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def invoke(self, FunctionName, InvocationType, Payload, LogType=None):
        log = []

        def read():
            for line in self._process.stderr:
                log.append(line)
                if line.startswith(b"REPORT "):
                    return

        thread = threading.Thread(target=read)
        thread.start()
        self._process.stdin.write(Payload.encode() + b"\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        thread.join()
        tail = b"".join(log)[-LAMBDA_TAIL:]
        told = {"LogResult": base64.b64encode(tail).decode()}
        if "error" in answer:
            told["FunctionError"] = "Unhandled"
        told["Payload"] = io.BytesIO(json.dumps(answer).encode())
        return told

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.wait()


def aws_lambda(request, context, seen, remember):
    """One invocation of a function."""
    client = PipesLambdaClient(client=request["function"])
    remember(client._message_reader, seen)
    done = client.run(function_name="orders", event=request["event"], context=context)
    seen["code"] = 0
    return done
