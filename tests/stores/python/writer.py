"""What tests/programs/stores/script.ts does, by Python's own writers, to compare."""

import os
import sys
import time

import boto3
from azure.storage.blob import BlobServiceClient
from dagster_pipes import (
    PipesAzureBlobStorageContextLoader,
    PipesAzureBlobStorageMessageWriter,
    PipesGCSContextLoader,
    PipesGCSMessageWriter,
    PipesS3ContextLoader,
    PipesS3MessageWriter,
    open_dagster_pipes,
)
from google.auth.credentials import AnonymousCredentials
from google.cloud.storage import Client


def options(store, interval):
    if store == "s3":
        client = boto3.client(
            "s3",
            endpoint_url=os.environ["STORE_S3"],
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        loader, writer = PipesS3ContextLoader, PipesS3MessageWriter
    elif store == "gcs":
        # The client takes it before anything that it is told.
        os.environ["STORAGE_EMULATOR_HOST"] = os.environ["STORE_GCS"]
        client = Client(project="test", credentials=AnonymousCredentials())
        loader, writer = PipesGCSContextLoader, PipesGCSMessageWriter
    else:
        client = BlobServiceClient.from_connection_string(os.environ["STORE_AZURE"])
        loader, writer = PipesAzureBlobStorageContextLoader, PipesAzureBlobStorageMessageWriter
    return {
        "context_loader": loader(client),
        "message_writer": writer(client, interval=interval),
    }


def main():
    store, interval, what, *args = sys.argv[1:]
    told = 0
    with open_dagster_pipes(**options(store, float(interval))) as pipes:

        def tell(count):
            nonlocal told
            for _ in range(count):
                pipes.log.info(f"message {told}")
                told += 1

        if what == "stream":
            rate, seconds = float(args[0]), float(args[1])
            start = time.monotonic()
            while told < rate * seconds:
                tell(int((time.monotonic() - start) * rate) - told)
                time.sleep(0.05)
        else:
            for index, arg in enumerate(args):
                tell(int(arg)) if index % 2 == 0 else time.sleep(float(arg))
        pipes.report_asset_materialization(metadata={"rows": told})
        pipes.report_asset_check("fresh", passed=True)


main()
