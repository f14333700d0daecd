/**
 * Programs on each runtime, launched by real Dagster, and what Dagster stored of them.
 *
 * One module holds the whole suite, since Dagster takes seconds to start.
 *
 * @module
 */
import "./scenarios/context.ts";
import "./scenarios/partitions.ts";
import "./scenarios/reports.ts";
import "./scenarios/metadata.ts";
import "./scenarios/steps.ts";
import "./scenarios/provenance.ts";
import "./scenarios/failures.ts";
import "./scenarios/transport.ts";
import "./scenarios/getting_started.ts";
import { finish } from "./suite.ts";

Deno.test.afterAll(finish);
