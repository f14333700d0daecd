import type { HeldMessage, Verdict } from "../dagster/judge.ts";
import type { Call } from "./calls.ts";
import { difference } from "./compare.ts";
import { heldJson, Unsayable, Unstable } from "./held_json.ts";
import { heldMetadata, keyParts } from "./held_metadata.ts";
import { evaluate, isUnstable } from "./scope.ts";

/**
 * What is wrong with what Dagster made of an accepted call; nothing where it holds just what was
 * given.
 */
export function problemWith(call: Call, verdict: Verdict): string | undefined {
  if (!verdict.taken) return `kills Dagster's reader: ${verdict.error}`;
  if (!verdict.wellFormed) return "left a lone surrogate";
  const [held, second] = verdict.held;
  if (second !== undefined) return "made Dagster hold more than one thing";
  try {
    return storedProblem(held) ?? contentProblem(call, held);
  } catch (error) {
    if (error instanceof Unstable) return undefined;
    if (error instanceof Unsayable) {
      return `was accepted, though it holds what cannot be said: ${error.message}`;
    }
    throw error;
  }
}

/**
 * Metadata must come back from Dagster's storage as it went in: what does not makes the log of its
 * whole run unreadable.
 */
function storedProblem(held: HeldMessage | undefined): string | undefined {
  if (held === undefined || !("metadata" in held)) return undefined;
  for (const [label, value] of Object.entries(held.metadata)) {
    if (value.unstorable !== undefined) {
      return `cannot be stored, metadata ${label}: ${value.unstorable}`;
    }
    const problem = value.stored && difference(value.tree, value.stored, true);
    if (problem !== undefined) {
      return `is stored as another value, metadata ${label}: ${problem}`;
    }
  }
  return undefined;
}

function contentProblem(call: Call, held: HeldMessage | undefined): string | undefined {
  const args = call.args.map(evaluate);
  const [method, level] = call.method.split(".");
  switch (method) {
    case "log":
      return logProblem(args, level ?? String(args[1] ?? "INFO"), !level, held);
    case "reportAssetMaterialization":
      return reportProblem(args[0], held, "materialization");
    case "reportAssetCheck":
      return reportProblem(args[0], held, "check");
    case "reportCustomMessage":
      return held?.kind === "custom"
        ? difference(heldJson(args[0]), held.payload)
        : "is no custom message";
    case "logExternalStream":
      return streamProblem(args, held);
    default:
      return closeProblem(args, held);
  }
}

function logProblem(
  [message, error]: readonly unknown[],
  level: string,
  isPlain: boolean,
  held: HeldMessage | undefined,
): string | undefined {
  if (held?.kind !== "log") return "is no log message";
  const text = (message as string).toWellFormed();
  if (isPlain || error === undefined && held.message === text) {
    return equal("message", text, held.message) ?? equal("level", level.toUpperCase(), held.level);
  }
  return held.message.startsWith(`${text}\n`)
    ? equal("level", level.toUpperCase(), held.level)
    : "is another message";
}

function streamProblem(
  [stream, text]: readonly unknown[],
  held: HeldMessage | undefined,
): string | undefined {
  // Dagster prints an empty text, and nothing is seen of it.
  if (text === "") return held === undefined ? undefined : "is not empty";
  if (held?.kind !== "stream") return "is no output";
  return equal("stream", stream, held.stream) ??
    equal("text", (text as string).toWellFormed(), held.text);
}

function closeProblem(args: readonly unknown[], held: HeldMessage | undefined): string | undefined {
  if (args.length === 0) return held === undefined ? undefined : "is an event";
  if (held?.kind !== "event" || held.error === null) return "has no exception";
  const [thrown] = args;
  if (typeof thrown === "string") {
    return equal("message", thrown.toWellFormed(), held.error.message);
  }
  if (!isError(thrown)) return undefined;
  const { name, message } = thrown;
  const heading = message === "" ? name : name === "Error" ? message : `${name}: ${message}`;
  return equal("message", heading.toWellFormed(), held.error.message) ??
    equal("name", thrown.name, held.error.name) ??
    equal("cause", thrown.cause instanceof Error, held.error.cause !== null);
}

/** Asking may throw: the thrown value is anything at all. */
function isError(thrown: unknown): thrown is Error {
  try {
    return thrown instanceof Error;
  } catch {
    return false;
  }
}

function reportProblem(
  argument: unknown,
  held: HeldMessage | undefined,
  kind: "materialization" | "check",
): string | undefined {
  if (isUnstable(argument as object)) return undefined;
  const report = argument as Record<string, unknown>;
  if (held?.kind !== kind) return `is no ${kind}`;
  const key = keyParts(report.assetKey).map((part) => part.toWellFormed());
  return equal("asset key", key.join("\0"), held.assetKey.join("\0")) ??
    (held.kind === "check"
      ? equal("check", (report.checkName as string).toWellFormed(), held.checkName) ??
        equal("passed", report.passed, held.passed) ??
        equal("severity", report.severity ?? "ERROR", held.severity)
      : equal(
        "data version",
        (report.dataVersion as string | undefined)?.toWellFormed() ?? null,
        held.dataVersion,
      )) ??
    metadataProblem(report.metadata ?? {}, held.metadata);
}

function metadataProblem(
  given: unknown,
  held: Extract<HeldMessage, { kind: "check" }>["metadata"],
): string | undefined {
  if (isUnstable(given as object)) return undefined;
  if (Object.getOwnPropertySymbols(given).length > 0) {
    return "has a label that is a symbol, which was dropped";
  }
  const entries = Object.entries(given as object).map(([label, value]) =>
    [label.toWellFormed(), value] as const
  );
  // Labels like `1` come first in what JSON.parse makes of the verdict, as in the object that was
  // given.
  const labels = entries.map(([label]) => label);
  const problem = equal("labels", JSON.stringify(labels), JSON.stringify(Object.keys(held)));
  if (problem !== undefined) return problem;
  for (const [label, value] of entries) {
    const found = difference(heldMetadata(value), held[label]!.tree);
    if (found !== undefined) return `holds another value, ${label}: ${found}`;
  }
  return undefined;
}

function equal(what: string, expected: unknown, actual: unknown): string | undefined {
  return expected === actual
    ? undefined
    : `holds another ${what}: expected ${JSON.stringify(expected)}, held ${JSON.stringify(actual)}`;
}
