"""Stand-ins for Docker, Kubernetes and Lambda: what they start is a process of this machine.

The variable IMAGES has the folder, the command and the variables of each image, as JSON, and LAMBDA
the command that serves a function.
"""

import json
import os
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace

import boto3
import docker
import kubernetes
from dagster_k8s import pipes as k8s_pipes
from dagster_k8s.client import DagsterKubernetesClient

sys.path.append(os.environ["STORES_PYTHON"])
from logs import DOCKER_PIECE, LambdaFunction  # noqa: E402

IMAGES = json.loads(os.environ.get("IMAGES", "{}"))


def start(image, command, env):
    """Starts a container. It has only the variables of the image and those that it is given."""
    image = IMAGES[image]
    return subprocess.Popen(
        command or image["command"],
        cwd=image["folder"],
        env={**image["env"], **env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


class Container:
    """A container of Docker."""

    def __init__(self, image, command, environment, detach):
        self._start = lambda: start(image, command, environment)

    def start(self):
        self._process = self._start()

    def logs(self, **_):
        for line in self._process.stdout:
            for at in range(0, len(line), DOCKER_PIECE):
                yield line[at : at + DOCKER_PIECE]

    def wait(self):
        return {"StatusCode": self._process.wait()}

    def stop(self):
        self._process.terminate()
        self._process.wait()


class Pods:
    """The pods of a cluster, each of one container."""

    def __init__(self):
        self._pods = {}

    def create_namespaced_pod(self, namespace, body):
        [container] = body.spec.containers
        env = {variable.name: variable.value for variable in container.env}
        process = start(container.image, container.command, env)
        self._pods[body.metadata.name] = SimpleNamespace(container=container, process=process)

    def list_namespaced_pod(self, namespace, field_selector):
        pod = self._pods[field_selector.removeprefix("metadata.name=")]
        code = pod.process.poll() if pod.process.stdout.closed else None
        state = SimpleNamespace(
            waiting=None,
            running=SimpleNamespace() if code is None else None,
            terminated=None if code is None else SimpleNamespace(exit_code=code, message=None),
        )
        status = SimpleNamespace(name=pod.container.name, ready=True, state=state)
        statuses = SimpleNamespace(init_container_statuses=None, container_statuses=[status])
        return SimpleNamespace(items=[SimpleNamespace(status=statuses)])

    def read_namespaced_pod_log(self, name, namespace, **_):
        process = self._pods[name].process
        begin = datetime.now(timezone.utc)
        for number, line in enumerate(process.stdout):
            at = begin + timedelta(microseconds=number)
            yield f"{at:%Y-%m-%dT%H:%M:%S.%f}000Z ".encode() + line
        process.wait()
        process.stdout.close()

    def delete_namespaced_pod(self, name, namespace):
        self._pods.pop(name).process.kill()


pods = Pods()
docker.client.from_env = lambda: SimpleNamespace(containers=SimpleNamespace(create=Container))
kubernetes.config.load_kube_config = lambda **_: None
k8s_pipes.DagsterKubernetesClient = SimpleNamespace(
    production_client=lambda: DagsterKubernetesClient(None, pods, print, time.sleep, time.time)
)
boto3.client = lambda _name, config: LambdaFunction(json.loads(os.environ["LAMBDA"]), None)
