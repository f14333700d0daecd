"""Databricks' files, as its client shows them, in a folder of this machine."""

import base64
import os
import shutil
from types import SimpleNamespace

# What the real `DbfsAPI.read` gives where nobody says how much is wanted.
DBFS_READ_LIMIT = 500_000


class VolumeFiles:
    """`databricks.sdk.service.files.FilesAPI`, as far as Dagster's injector and reader use it."""

    def create_directory(self, path):
        os.makedirs(path)

    def upload(self, path, contents, overwrite):
        with open(path, "wb" if overwrite else "xb") as file:
            file.write(contents.read())

    def download(self, path):
        return SimpleNamespace(contents=open(path, "rb"))

    def list_directory_contents(self, path):
        return [
            SimpleNamespace(name=entry.name, is_directory=entry.is_dir())
            for entry in os.scandir(path)
        ]

    def delete(self, path):
        os.remove(path)

    def delete_directory(self, path):
        os.rmdir(path)


class DbfsFiles:
    """`databricks.sdk.service.files.DbfsAPI`, the same way, for a mount at some folder."""

    def __init__(self, mount):
        self._mount = mount

    def _path(self, path):
        return os.path.join(self._mount, path.lstrip("/"))

    def mkdirs(self, path):
        os.makedirs(self._path(path))

    def delete(self, path, recursive):
        shutil.rmtree(self._path(path))

    def put(self, path, contents, overwrite):
        with open(self._path(path), "wb") as file:
            file.write(base64.b64decode(contents))

    def get_status(self, path):
        return os.stat(self._path(path))

    def read(self, path):
        with open(self._path(path), "rb") as file:
            data = file.read(DBFS_READ_LIMIT)
        return SimpleNamespace(data=base64.b64encode(data).decode("ascii"))
