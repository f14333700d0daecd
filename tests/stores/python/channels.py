"""Dagster's own injectors and readers for each store."""

import os
from types import SimpleNamespace

import boto3
from azure.storage.blob import BlobServiceClient
from dagster_aws.pipes import PipesS3ContextInjector, PipesS3MessageReader
from dagster_azure.pipes import (
    PipesAzureBlobStorageContextInjector,
    PipesAzureBlobStorageMessageReader,
)
from dagster_databricks.pipes import (
    PipesDbfsContextInjector,
    PipesDbfsMessageReader,
    PipesUnityCatalogVolumesContextInjector,
    PipesUnityCatalogVolumesMessageReader,
)
from dagster_gcp.pipes import PipesGCSContextInjector, PipesGCSMessageReader
from folders import DbfsFiles, VolumeFiles
from google.auth.credentials import AnonymousCredentials
from google.cloud.storage import Client

BUCKET = "pipes"

# What the constructors ask of a client that is put in the place of the real one right after.
NO_CLIENT = SimpleNamespace(api_client=None)


def s3_client(endpoint):
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def gcs_client(endpoint):
    options = {"api_endpoint": endpoint}
    return Client(project="test", credentials=AnonymousCredentials(), client_options=options)


def azure_client(connection):
    return BlobServiceClient.from_connection_string(connection)


def make_buckets(where):
    """Once for all runs."""
    s3_client(where["s3"]).create_bucket(Bucket=BUCKET)
    azure_client(where["azure"]).create_container(BUCKET)


def channel(store, where, interval, folder, stdio):
    """The injector and the reader."""
    options = {"interval": interval, "include_stdio_in_messages": stdio}
    if store == "s3":
        client = s3_client(where["s3"])
        return (
            PipesS3ContextInjector(bucket=BUCKET, client=client),
            PipesS3MessageReader(bucket=BUCKET, client=client, **options),
        )
    if store == "gcs":
        client = gcs_client(where["gcs"])
        return (
            PipesGCSContextInjector(bucket=BUCKET, client=client),
            PipesGCSMessageReader(bucket=BUCKET, client=client, **options),
        )
    if store == "azure":
        client = azure_client(where["azure"])
        return (
            PipesAzureBlobStorageContextInjector(container=BUCKET, client=client),
            PipesAzureBlobStorageMessageReader(container=BUCKET, client=client, **options),
        )
    if store == "volumes":
        path = os.path.join(folder, "Volumes", "main", "default", "pipes")
        injector = PipesUnityCatalogVolumesContextInjector(client=NO_CLIENT, volume_path=path)
        reader = PipesUnityCatalogVolumesMessageReader(
            client=NO_CLIENT, volume_path=path, **options
        )
        injector.files_client = reader.files_client = VolumeFiles()
        return injector, reader
    injector = PipesDbfsContextInjector(client=NO_CLIENT)
    reader = PipesDbfsMessageReader(client=NO_CLIENT, **options)
    injector.dbfs_client = reader.dbfs_client = DbfsFiles(folder)
    return injector, reader
