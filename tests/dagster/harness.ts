import { runtimeCommand, type RuntimeName } from "../kit/installed.ts";
import { PROGRAMS_DIR } from "../kit/places.ts";
import type { Held } from "./held.ts";
import { PythonProcess } from "./python_process.ts";

/** An asset of the step. */
export interface ScenarioAsset {
  readonly key: readonly string[];
  readonly codeVersion?: string;
  readonly checks?: readonly string[];
  readonly deps?: readonly (readonly string[])[];
}

/** How the step is partitioned. */
export type ScenarioPartitions =
  | { readonly type: "static"; readonly keys: readonly string[] }
  | {
    readonly type: "daily";
    readonly start: string;
    readonly timezone: string;
  }
  | {
    readonly type: "multi";
    readonly dimensions: Readonly<Record<string, ScenarioPartitions>>;
  };

/** A stream for messages. */
type Stream = "stdout" | "stderr";

/** What Dagster is to run, and how. */
export interface Scenario {
  /** The file in `tests/programs/dagster`. */
  readonly program: string;
  /** Its arguments. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Default: `"asset"`, one asset named `report`. */
  readonly step?: "asset" | "multi_asset" | "op" | "asset_check";
  readonly assets?: readonly ScenarioAsset[];
  /**
   * The extras as JSON in Python's way, so `NaN`, `1.0` and integers of any size can be said.
   * Default: none.
   */
  readonly extras?: string;
  /**
   * Default: `"temp_file"`. `"range"` tells of a range of partitions, which Dagster's own injectors
   * leave out.
   */
  readonly injector?: "temp_file" | "file" | "env" | "range";
  /** Default: `"temp_file"`. */
  readonly reader?: "temp_file" | "file" | `stdio:${Stream}` | `buffered_stdio:${Stream}`;
  /** Whether the two parameters go by the environment or the command line. Default: `"env"`. */
  readonly params?: "env" | "cli";
  readonly partitions?: ScenarioPartitions;
  readonly partitionKey?: string;
  readonly partitionRange?: readonly [string, string];
  /** How many retries the step has. Default: 0. */
  readonly retries?: number;
  /** How many runs follow each other on one instance. Default: 1. */
  readonly runs?: number;
  /**
   * Sent by Dagster's process to its child, each so many seconds after the script logged `ready`.
   * Default: none.
   */
  readonly signals?: readonly (readonly [name: string, seconds: number])[];
  /**
   * What a shell does before it becomes the script, such as `ulimit -d 400000`. Default: nothing.
   */
  readonly limit?: string;
  /** Flags of the runtime, before the script. Default: none. */
  readonly flags?: readonly string[];
  /** What stands before the runtime, and runs it. Default: nothing. */
  readonly under?: readonly string[];
}

/** One metadata value. */
export interface StoredMetadataValue {
  readonly class: string;
  readonly repr: string;
  readonly tree: Held;
}

type StoredMetadata = Readonly<Record<string, StoredMetadataValue>>;

/** A materialization in the event log. */
export interface StoredMaterialization {
  readonly assetKey: readonly string[];
  readonly partition: string | null;
  readonly metadata: StoredMetadata;
  readonly dataVersion: string | null;
  readonly codeVersion: string | null;
  readonly isUserProvided: string | null;
}

/** An evaluation of a check in the event log. */
export interface StoredCheck {
  readonly assetKey: readonly string[];
  readonly checkName: string;
  readonly passed: boolean;
  readonly severity: string;
  readonly metadata: StoredMetadata;
}

/** An error as Dagster keeps it. */
export interface StoredError {
  readonly message: string;
  readonly name: string | null;
  readonly stack: readonly string[];
  readonly cause: StoredError | null;
  readonly context: StoredError | null;
}

/** What Dagster's message handler held when one attempt of the step ended. */
export interface Attempt {
  readonly custom: readonly Held[];
  readonly results: readonly {
    readonly class: string;
    readonly assetKey: readonly string[];
    readonly metadata: StoredMetadata;
    readonly dataVersion?: string | null;
    readonly checkName?: string;
    readonly passed?: boolean;
    readonly severity?: string;
  }[];
  readonly opened: boolean;
  readonly closed: boolean;
  /** How long the process lived after it logged `ready`. */
  readonly seconds: number | null;
}

/** Everything that Dagster stored of a run, each kind in the order of its arrival. */
export interface StoredRun {
  readonly success: boolean;
  readonly runId: string;
  readonly attempts: readonly Attempt[];
  readonly materializations: readonly StoredMaterialization[];
  readonly checks: readonly StoredCheck[];
  readonly logs: readonly {
    readonly level: string;
    readonly message: string;
  }[];
  readonly engineErrors: readonly {
    readonly message: string;
    readonly error: StoredError;
  }[];
  readonly failures: readonly {
    readonly kind: string;
    readonly error: StoredError;
  }[];
}

/** The answer to a scenario. */
export interface Outcome {
  readonly runs: readonly StoredRun[];
  /** What reached the standard streams of Dagster's process. */
  readonly stdout: string;
  readonly stderr: string;
}

/** Real Dagster, in one Python process for many scenarios. */
export class Dagster {
  readonly version: string;
  readonly #process: PythonProcess;

  private constructor(process: PythonProcess, version: string) {
    this.#process = process;
    this.version = version;
  }

  static async start(): Promise<Dagster> {
    const [process, greeting] = await PythonProcess.start("harness.py");
    return new Dagster(process, (greeting as { dagster: string }).dagster);
  }

  /** Runs the scenario's program on a runtime. */
  async run(
    runtime: RuntimeName,
    { program, args, flags, under, ...scenario }: Scenario,
  ): Promise<Outcome> {
    const command = [
      ...(under ?? []),
      ...runtimeCommand(runtime),
      ...(flags ?? []),
      `${PROGRAMS_DIR}/dagster/${program}`,
      ...(args ?? []),
    ];
    const request = JSON.stringify({ ...scenario, command }) + "\n";
    const answer = await this.#process.ask(new TextEncoder().encode(request)) as
      & Outcome
      & { error?: string };
    if (answer.error !== undefined) {
      throw new Error(`The harness failed: ${answer.error}`);
    }
    return answer;
  }

  close(): Promise<void> {
    return this.#process.close();
  }
}
