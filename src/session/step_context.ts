import { DagsterPipesError } from "../errors.ts";
import type { PipesContextData, WireProvenance } from "../protocol/context.ts";
import type {
  PipesDataProvenance,
  PipesPartitionKeyRange,
  PipesTimeWindow,
} from "../protocol/types.ts";
import { withCallerOnTop } from "./method_call.ts";

type ProvenanceByAssetKey = Readonly<Record<string, PipesDataProvenance | null>>;

/** A step as its context describes it. */
export class StepView {
  readonly #data: PipesContextData;
  #provenanceByAssetKey: ProvenanceByAssetKey | undefined;

  constructor(data: PipesContextData) {
    this.#data = data;
  }

  get isAssetStep(): boolean {
    return Array.isArray(this.#data.asset_keys);
  }

  get assetKeys(): readonly string[] {
    return this.#data.asset_keys ?? [];
  }

  get assetKey(): string {
    const key = requireSingleAsset(this.assetKeys, "assetKey", "assetKeys");
    // Bun leaves a function whose last act is a call out of the stack, and an error needs this frame.
    return key;
  }

  get codeVersionByAssetKey(): Readonly<Record<string, string | null>> {
    return this.#data.code_version_by_asset_key ?? {};
  }

  get codeVersion(): string | null {
    const key = requireSingleAsset(this.assetKeys, "codeVersion", "codeVersionByAssetKey");
    return entryOf(this.codeVersionByAssetKey, key);
  }

  get provenanceByAssetKey(): ProvenanceByAssetKey {
    return this.#provenanceByAssetKey ??= Object.fromEntries(
      Object.entries(this.#data.provenance_by_asset_key ?? {})
        .map(([key, wire]) => [key, toProvenance(wire)]),
    );
  }

  get provenance(): PipesDataProvenance | null {
    const key = requireSingleAsset(this.assetKeys, "provenance", "provenanceByAssetKey");
    return entryOf(this.provenanceByAssetKey, key);
  }

  get isPartitionStep(): boolean {
    return this.#partitions !== undefined;
  }

  get partitionKey(): string {
    const { start, end } = this.#requirePartitions("partitionKey");
    const key = this.#data.partition_key ?? (start === end ? start : undefined);
    if (key !== undefined) return key;
    const range = `${JSON.stringify(start)} to ${JSON.stringify(end)}`;
    throw unreadable(
      "partitionKey",
      `the step targets the partitions ${range}. Read partitionKeyRange`,
    );
  }

  get partitionKeyRange(): PipesPartitionKeyRange | null {
    const { start, end } = this.#requirePartitions("partitionKeyRange");
    return { start, end };
  }

  get partitionTimeWindow(): PipesTimeWindow | null {
    this.#requirePartitions("partitionTimeWindow");
    const window = this.#data.partition_time_window;
    return window ? { start: window.start, end: window.end } : null;
  }

  get runId(): string {
    return this.#data.run_id;
  }

  get jobName(): string | null {
    return this.#data.job_name ?? null;
  }

  get retryNumber(): number {
    return this.#data.retry_number ?? 0;
  }

  get #partitions(): PipesPartitionKeyRange | undefined {
    const { partition_key: key, partition_key_range: range } = this.#data;
    return range ?? (typeof key === "string" ? { start: key, end: key } : undefined);
  }

  #requirePartitions(property: string): PipesPartitionKeyRange {
    const partitions = this.#partitions;
    if (partitions !== undefined) return partitions;
    throw unreadable(property, "the step targets no partition. Check isPartitionStep first");
  }
}

/** Not by `map[key]` alone: an asset may be called `constructor`. */
function entryOf<T>(map: Readonly<Record<string, T | null>>, key: string): T | null {
  return Object.hasOwn(map, key) ? map[key] ?? null : null;
}

/** Returns the step's asset, if it has exactly one. */
function requireSingleAsset(
  assetKeys: readonly string[],
  property: string,
  plural: string,
): string {
  const [only, second] = assetKeys;
  if (only !== undefined && second === undefined) return only;
  throw unreadable(
    property,
    only === undefined
      ? "the step targets no asset. Check whether assetKeys is empty first"
      : `the step targets several assets, ${assetKeys.join(", ")}. Read ${plural}`,
  );
}

/** Refuses an asset that the step does not target. A step without assets may report on any. */
export function requireAsset(assetKeys: readonly string[], key: string): string {
  if (assetKeys.length === 0 || assetKeys.includes(key)) return key;
  throw new DagsterPipesError(
    "invalid_argument",
    `Cannot report on asset ${JSON.stringify(key)}: the step targets ${
      assetKeys.map((k) => JSON.stringify(k)).join(", ")
    }`,
  );
}

/** Creates an error whose stack begins with the line that reads the property. */
function unreadable(property: string, reason: string): DagsterPipesError {
  const error = new DagsterPipesError("undefined_property", `Cannot read ${property}: ${reason}`);
  const getter = Object.getOwnPropertyDescriptor(StepView.prototype, property)?.get;
  return getter === undefined ? error : withCallerOnTop(error, getter);
}

/** Converts the provenance of one asset from the wire. */
function toProvenance(wire: WireProvenance | null): PipesDataProvenance | null {
  if (wire === null) return null;
  return {
    codeVersion: wire.code_version ?? null,
    inputDataVersions: wire.input_data_versions,
    isUserProvided: wire.is_user_provided,
  };
}
