import { DagsterPipesError } from "../errors.ts";
import type { PipesContextData, WireProvenance } from "../protocol/context.ts";
import type {
  PipesDataProvenance,
  PipesPartitionKeyRange,
  PipesTimeWindow,
} from "../protocol/types.ts";
import { refusalBy } from "./refusal.ts";

/** A step as its context describes it. */
export class StepView {
  readonly #data: PipesContextData;

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
    return requireSingleAsset(this.assetKeys, "assetKey", "assetKeys");
  }

  get codeVersionByAssetKey(): Readonly<Record<string, string | null>> {
    return this.#data.code_version_by_asset_key ?? {};
  }

  get codeVersion(): string | null {
    const key = requireSingleAsset(this.assetKeys, "codeVersion", "codeVersionByAssetKey");
    return entryOf(this.codeVersionByAssetKey, key);
  }

  get provenanceByAssetKey(): Readonly<Record<string, PipesDataProvenance | null>> {
    const entries = Object.entries(this.#data.provenance_by_asset_key ?? {});
    return Object.fromEntries(entries.map(([key, wire]) => [key, toProvenance(wire)]));
  }

  get provenance(): PipesDataProvenance | null {
    const key = requireSingleAsset(this.assetKeys, "provenance", "provenanceByAssetKey");
    return entryOf(this.provenanceByAssetKey, key);
  }

  get isPartitionStep(): boolean {
    return (this.#data.partition_key_range ?? this.#data.partition_key ?? null) !== null;
  }

  get partitionKey(): string {
    requirePartition(this.isPartitionStep, "partitionKey");
    const range = this.partitionKeyRange!;
    const key = this.#data.partition_key ?? (range.start === range.end ? range.start : undefined);
    if (key !== undefined) return key;
    const [start, end] = [JSON.stringify(range.start), JSON.stringify(range.end)];
    const why = `the step targets the partitions ${start} to ${end}. Read partitionKeyRange`;
    return cannotRead("partitionKey", why);
  }

  get partitionKeyRange(): PipesPartitionKeyRange | null {
    requirePartition(this.isPartitionStep, "partitionKeyRange");
    const key = this.#data.partition_key;
    const range = this.#data.partition_key_range;
    return range ? { start: range.start, end: range.end } : { start: key!, end: key! };
  }

  get partitionTimeWindow(): PipesTimeWindow | null {
    requirePartition(this.isPartitionStep, "partitionTimeWindow");
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
}

/** An asset may well be called `constructor`. */
function entryOf<T>(map: Readonly<Record<string, T | null>>, key: string): T | null {
  return Object.hasOwn(map, key) ? map[key] ?? null : null;
}

/** The only one of a step's assets. */
function requireSingleAsset(
  assetKeys: readonly string[],
  property: string,
  plural: string,
): string {
  const [only, second] = assetKeys;
  if (only !== undefined && second === undefined) return only;
  return cannotRead(
    property,
    only === undefined
      ? "the step targets no asset. Look whether assetKeys is empty first"
      : `the step targets several assets, ${assetKeys.join(", ")}. Read ${plural}`,
  );
}

/** One of the assets that a step targets; any asset where it targets none. */
export function requireAsset(assetKeys: readonly string[], key: string): string {
  if (assetKeys.length === 0 || assetKeys.includes(key)) return key;
  throw new DagsterPipesError(
    "invalid_argument",
    `Cannot report on asset ${JSON.stringify(key)}: the step targets ${
      assetKeys.map((k) => JSON.stringify(k)).join(", ")
    }`,
  );
}

/** Refuses to go on where a step is not about partitions. */
function requirePartition(isPartitionStep: boolean, property: string): void {
  if (isPartitionStep) return;
  cannotRead(property, "the step targets no partition. Ask isPartitionStep first");
}

/** Throws, with the line that reads the property on top of the stack. */
function cannotRead(property: string, why: string): never {
  const error = new DagsterPipesError("undefined_property", `Cannot read ${property}: ${why}`);
  const getter = Object.getOwnPropertyDescriptor(StepView.prototype, property)?.get;
  throw getter === undefined ? error : refusalBy(error, property, getter);
}

/** The provenance of one asset in the words of this package. */
function toProvenance(wire: WireProvenance | null): PipesDataProvenance | null {
  if (wire === null) return null;
  return {
    codeVersion: wire.code_version ?? null,
    inputDataVersions: wire.input_data_versions,
    isUserProvided: wire.is_user_provided,
  };
}
