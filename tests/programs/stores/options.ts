import process from "node:process";
import type { PipesOptions } from "@dagsterpipes/pipes";
import {
  type AzureBlobServiceClient,
  PipesAzureBlobStorageContextLoader,
  PipesAzureBlobStorageMessageWriter,
} from "@dagsterpipes/pipes/azure";
import {
  PipesDbfsContextLoader,
  PipesDbfsMessageWriter,
  PipesUnityCatalogVolumesContextLoader,
  PipesUnityCatalogVolumesMessageWriter,
} from "@dagsterpipes/pipes/databricks";
import {
  type GCSClient,
  PipesGCSContextLoader,
  PipesGCSMessageWriter,
} from "@dagsterpipes/pipes/gcs";
import {
  PipesS3ContextLoader,
  PipesS3MessageWriter,
  type S3Operations,
} from "@dagsterpipes/pipes/s3";
import type { PipesBlobStoreOptions } from "@dagsterpipes/pipes/stores";

/** A store, and the client by which it is reached. */
export type StoreName = "s3" | "gcs" | "azure" | "volumes" | "dbfs";

/** The official clients, which only the tests of stores install: no tool is to look for them. */
async function clientPackage(name: string) {
  return await import(name);
}

function variable(name: string): string {
  const value = process.env[name];
  if (value !== undefined) return value;
  throw new Error(`Without ${name} there is no store`);
}

/** The client of S3. */
export async function s3Client(): Promise<S3Operations> {
  const { S3 } = await clientPackage("@aws-sdk/client-s3");
  const { STORE_REGION: region = "us-east-1" } = process.env;
  return new S3({
    endpoint: variable("STORE_S3"),
    ...(region === "" ? {} : { region }),
    forcePathStyle: true,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
}

/** The client of GCS. */
export async function gcsClient(): Promise<GCSClient> {
  const { Storage } = await clientPackage("@google-cloud/storage");
  return new Storage({ apiEndpoint: variable("STORE_GCS"), projectId: "test" });
}

/** The client of Azure Blob Storage. */
export async function azureClient(): Promise<AzureBlobServiceClient> {
  const { BlobServiceClient } = await clientPackage("@azure/storage-blob");
  // Its own retries are slow: 4, 8 and 16 s.
  const options = process.env.STORE_TRIES === "1" ? { retryOptions: { maxTries: 1 } } : {};
  return BlobServiceClient.fromConnectionString(variable("STORE_AZURE"), options);
}

/** How a session with a store is opened. */
export async function optionsFor(
  store: StoreName,
  how: PipesBlobStoreOptions,
): Promise<PipesOptions> {
  switch (store) {
    case "s3": {
      const client = await s3Client();
      return {
        contextLoader: new PipesS3ContextLoader({ client }),
        messageWriter: new PipesS3MessageWriter({ client, ...how }),
      };
    }
    case "gcs": {
      const client = await gcsClient();
      return {
        contextLoader: new PipesGCSContextLoader({ client }),
        messageWriter: new PipesGCSMessageWriter({ client, ...how }),
      };
    }
    case "azure": {
      const client = await azureClient();
      return {
        contextLoader: new PipesAzureBlobStorageContextLoader({ client }),
        messageWriter: new PipesAzureBlobStorageMessageWriter({ client, ...how }),
      };
    }
    case "volumes":
      return {
        contextLoader: new PipesUnityCatalogVolumesContextLoader(),
        messageWriter: new PipesUnityCatalogVolumesMessageWriter(how),
      };
    case "dbfs": {
      const mount = variable("STORE_MOUNT");
      return {
        contextLoader: new PipesDbfsContextLoader({ mount }),
        messageWriter: new PipesDbfsMessageWriter({ mount, ...how }),
      };
    }
  }
}
