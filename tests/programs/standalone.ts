import { MetadataValue, type PipesOptions, withDagsterPipes } from "@dagsterpipes/pipes";
import { print, thrownBy } from "./telling.ts";

/**
 * A schema by hand, of the Standard Schema interface: `defaults` fill the fields that are missing.
 */
function schema(required: string | null): NonNullable<PipesOptions["extrasSchema"]> {
  return {
    "~standard": {
      version: 1,
      vendor: "by-hand",
      validate: (value: unknown) => {
        const extras = value as Record<string, unknown>;
        if (required !== null && extras[required] === undefined) {
          return { issues: [{ message: "is required", path: [required] }] };
        }
        return { value: { threshold: 0.5, ...extras } };
      },
    },
  };
}

switch (process.argv[2]) {
  case "getters":
    print(
      await withDagsterPipes((pipes) => ({
        assetKeys: pipes.assetKeys,
        assetKey: pipes.assetKey,
        codeVersionByAssetKey: pipes.codeVersionByAssetKey,
        codeVersion: pipes.codeVersion,
        provenanceByAssetKey: pipes.provenanceByAssetKey,
        provenance: pipes.provenance,
        isAssetStep: pipes.isAssetStep,
        partitionKey: pipes.partitionKey,
        partitionKeyRange: pipes.partitionKeyRange,
        partitionTimeWindow: pipes.partitionTimeWindow,
        isPartitionStep: pipes.isPartitionStep,
        runId: pipes.runId,
        jobName: pipes.jobName,
        retryNumber: pipes.retryNumber,
        extras: pipes.extras,
        isClosed: pipes.isClosed,
        isDagsterPipesProcess: pipes.isDagsterPipesProcess,
        aborted: pipes.signal.aborted,
      })),
    );
    break;
  case "calls":
    print(
      await withDagsterPipes((pipes) => {
        pipes.log("plain");
        pipes.log.warning("careful");
        pipes.log("quiet", "debug");
        pipes.log.error("it broke", new Error("because of this"));
        pipes.reportAssetMaterialization({
          assetKey: "any",
          metadata: { rows: MetadataValue.int(3) },
        });
        pipes.reportAssetMaterialization();
        pipes.reportAssetCheck({ checkName: "whole", passed: true });
        pipes.reportCustomMessage({ any: "thing" });
        pipes.logExternalStream("stdout", "text");
        return {
          extra: pipes.getExtra("threshold"),
          badMetadata: thrownBy(() =>
            pipes.reportAssetMaterialization({ assetKey: "b", metadata: { "a": { b: [NaN] } } })
          ),
          badPayload: thrownBy(() => pipes.reportCustomMessage({ at: [undefined] })),
          badCheck: thrownBy(() =>
            pipes.reportAssetCheck({ checkName: "c", passed: 1 as unknown as boolean })
          ),
          badLevel: thrownBy(() => pipes.log("x", "LOUD" as "INFO")),
        };
      }),
    );
    break;
  case "throws":
    await withDagsterPipes(() => {
      throw new Error("alone and failing");
    });
    break;
  case "defaults":
    print(
      await withDagsterPipes({ extrasSchema: schema(null) }, (pipes) => ({
        extras: pipes.extras,
        extra: pipes.getExtra("threshold"),
        missing: pipes.getExtra("elsewhere"),
      })),
    );
    break;
  case "required":
    await withDagsterPipes({ extrasSchema: schema("orders_path") }, () => print("must not run"));
    break;
}
