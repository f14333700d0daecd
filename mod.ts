/**
 * Dagster Pipes for TypeScript: a process that Dagster launched reads what its step is about, and
 * reports back what it did. For Deno, Bun and Node 22.3 or later.
 *
 * @example A script for `PipesSubprocessClient`
 * ```ts
 * import { MetadataValue, withDagsterPipes } from "@dagsterpipes/pipes";
 *
 * await withDagsterPipes((pipes) => {
 *   pipes.log.info("Reading the orders");
 *   pipes.reportAssetMaterialization({ assetKey: "orders", metadata: { rows: MetadataValue.int(120) } });
 * });
 * ```
 *
 * @module
 */

export { openDagsterPipes, withDagsterPipes } from "./src/session/lifecycle.ts";
export type { PipesOptions } from "./src/session/options.ts";
export {
  type AssetCheckReport,
  type AssetMaterializationReport,
  PipesContext,
  type PipesContextAccess,
} from "./src/session/pipes_context.ts";
export type { PipesLogger, PipesLogMethod } from "./src/session/logger.ts";
export type { StandardIssue, StandardResult, StandardSchemaV1 } from "./src/session/extras.ts";
export { MetadataValue, pipesMetadataValue } from "./src/protocol/metadata/builders.ts";
export type { PipesImageOptions } from "./src/protocol/metadata/image.ts";
export type {
  MetadataValueBuilders,
  PipesMetadata,
  PipesMetadataOf,
  PipesMetadataRawValue,
  PipesMetadataRawValues,
  PipesMetadataType,
  PipesMetadataValue,
  PipesTableCell,
  PipesTableCellObject,
  PipesTableColumn,
  PipesTableColumnConstraints,
  PipesTableColumnDep,
} from "./src/protocol/metadata/types.ts";
export type {
  MaybePromise,
  PipesAssetCheckSeverity,
  PipesAssetKey,
  PipesDataProvenance,
  PipesJson,
  PipesJsonFields,
  PipesLogLevel,
  PipesObject,
  PipesParams,
  PipesPartitionKeyRange,
  PipesScalar,
  PipesTimeWindow,
} from "./src/protocol/types.ts";
export type {
  PipesContextLoader,
  PipesMessageWriter,
  PipesMessageWriterChannel,
  PipesParamsLoader,
} from "./src/ports.ts";
export {
  PipesCliArgsParamsLoader,
  PipesEncodedParamsLoader,
  PipesEnvVarParamsLoader,
  PipesMappingParamsLoader,
} from "./src/loaders/params_loaders.ts";
export { PipesDefaultContextLoader } from "./src/loaders/default_context_loader.ts";
export {
  type PipesLogWriterChannel,
  PipesStdioFileLogWriter,
} from "./src/writers/stdio_file_log_writer.ts";
export { PipesDefaultMessageWriter } from "./src/writers/default_message_writer.ts";
export type { PipesAbortSignal, PipesAsyncDisposable, PipesUrl } from "./src/public_types.ts";
export { DagsterPipesError, type DagsterPipesErrorCode } from "./src/errors.ts";
