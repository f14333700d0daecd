import { DagsterPipesError } from "../errors.ts";
import type { PipesContextData, WireProvenance } from "../protocol/context.ts";
import type {
  PipesDataProvenance,
  PipesPartitionKeyRange,
  PipesTimeWindow,
} from "../protocol/types.ts";
import { withCallerOnTop } from "./method_call.ts";

/** A step as its context describes it. */
export class StepView {
  readonly isAssetStep: boolean;
  readonly assetKeys: readonly string[];
  readonly codeVersionByAssetKey: Readonly<Record<string, string | null>>;
  readonly provenanceByAssetKey: Readonly<Record<string, PipesDataProvenance | null>>;
  readonly isPartitionStep: boolean;
  readonly runId: string;
  readonly jobName: string | null;
  readonly retryNumber: number;
  readonly #data: PipesContextData;

  constructor(data: PipesContextData) {
    this.#data = data;
    this.isAssetStep = Array.isArray(data.asset_keys);
    this.assetKeys = data.asset_keys ?? [];
    this.codeVersionByAssetKey = data.code_version_by_asset_key ?? {};
    this.provenanceByAssetKey = Object.fromEntries(
      Object.entries(data.provenance_by_asset_key ?? {})
        .map(([key, wire]) => [key, wire && provenanceFrom(wire)]),
    );
    this.isPartitionStep = (data.partition_key_range ?? data.partition_key ?? null) !== null;
    this.runId = data.run_id;
    this.jobName = data.job_name ?? null;
    this.retryNumber = data.retry_number ?? 0;
  }

  get assetKey(): string {
    const key = this.#onlyAssetKey("assetKey", "assetKeys");
    // Bun leaves a function whose last act is a call out of the stack, and an error needs this frame.
    return key;
  }

  get codeVersion(): string | null {
    const key = this.#onlyAssetKey("codeVersion", "codeVersionByAssetKey");
    return entryOf(this.codeVersionByAssetKey, key);
  }

  get provenance(): PipesDataProvenance | null {
    const key = this.#onlyAssetKey("provenance", "provenanceByAssetKey");
    return entryOf(this.provenanceByAssetKey, key);
  }

  get partitionKey(): string {
    const range = this.#partitions("partitionKey");
    const key = this.#data.partition_key;
    if (typeof key === "string") return key;
    if (range?.start !== range?.end) {
      const [start, end] = [range?.start, range?.end].map((key) => JSON.stringify(key));
      const reason = `the step targets the partitions ${start} to ${end}. Read partitionKeyRange`;
      this.refuse("partitionKey", reason);
    }
    return range?.start ?? "";
  }

  get partitionKeyRange(): PipesPartitionKeyRange | null {
    const range = this.#partitions("partitionKeyRange");
    return range && { start: range.start, end: range.end };
  }

  get partitionTimeWindow(): PipesTimeWindow | null {
    this.#partitions("partitionTimeWindow");
    const window = this.#data.partition_time_window;
    return window ? { start: window.start, end: window.end } : null;
  }

  /** Refuses to read a property. If this returns, the property has an empty value. */
  protected refuse(property: string, reason: string): void {
    const error = new DagsterPipesError("undefined_property", `Cannot read ${property}: ${reason}`);
    const getter = Object.getOwnPropertyDescriptor(StepView.prototype, property)?.get;
    throw getter === undefined ? error : withCallerOnTop(error, getter);
  }

  #onlyAssetKey(property: string, plural: string): string {
    const [only, second] = this.assetKeys;
    if (only !== undefined && second === undefined) return only;
    this.refuse(
      property,
      only === undefined
        ? "the step targets no asset. Check whether assetKeys is empty first"
        : `the step targets several assets, ${this.assetKeys.join(", ")}. Read ${plural}`,
    );
    return "";
  }

  #partitions(property: string): PipesPartitionKeyRange | null {
    const { partition_key: key, partition_key_range: range } = this.#data;
    if (range) return range;
    if (typeof key === "string") return { start: key, end: key };
    this.refuse(property, "the step targets no partition. Check isPartitionStep first");
    return null;
  }
}

/** Not `map[key]` alone: an asset may be called `constructor`. */
function entryOf<T>(map: Readonly<Record<string, T | null>>, key: string): T | null {
  return Object.hasOwn(map, key) ? map[key] ?? null : null;
}

function provenanceFrom(wire: WireProvenance): PipesDataProvenance {
  return {
    codeVersion: wire.code_version ?? null,
    inputDataVersions: wire.input_data_versions,
    isUserProvided: wire.is_user_provided,
  };
}
