import * as v from "valibot";
import { SECONDS_SCHEMA } from "../../schemas.ts";
import type { ChunkChannelOptions } from "./chunk_channel.ts";

/** The schema of each option that the message writers of all stores have. */
export const SENDING_SCHEMAS: {
  readonly [Name in keyof ChunkChannelOptions]: v.GenericSchema<number | undefined, number>;
} = {
  intervalSeconds: v.optional(v.pipe(SECONDS_SCHEMA, v.gtValue(0, "must be above 0")), 10),
  deadlineSeconds: v.optional(SECONDS_SCHEMA, 60),
  maxUnsentBytes: v.optional(
    v.pipe(v.number(), v.finite("must be finite"), v.minValue(0, "must be 0 or more")),
    256 * 1024 * 1024,
  ),
};
