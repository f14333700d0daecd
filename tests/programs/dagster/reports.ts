/** Reports what its argument names. */
import process from "node:process";
import { type PipesContext, withDagsterPipes } from "@dagsterpipes/pipes";

/**
 * Every plane of Unicode, both directions of writing, and what some readers take for a line's end.
 */
const UNICODE =
  'Grüße, 世界 \u{1F600} \u0645\u0631\u062d\u0628\u0627 e\u0301 \u2028 \u2029 \u0085 \u000b \u000c \u001c \u0000 \r\n\t"\\';

const REPORTS: Record<string, (pipes: PipesContext) => void | Promise<void>> = {
  levels(pipes) {
    pipes.log.debug("at debug");
    pipes.log.info("at info");
    pipes.log.warning("at warning");
    pipes.log.error("at error");
    pipes.log.critical("at critical");
    pipes.log("by default");
    pipes.log("by name", "WARNING");
    pipes.log("in small letters", "error" as "ERROR");
  },
  logged_error(pipes) {
    pipes.log.error(
      "Could not read the page",
      new Error("timed out", { cause: new TypeError("no answer") }),
    );
  },
  payloads(pipes) {
    for (
      const payload of [
        { a: [1, 1.5, null, true], "": {} },
        [],
        {},
        "text",
        3,
        1.5,
        true,
        false,
        null,
        2n ** 70n,
      ]
    ) {
      pipes.reportCustomMessage(payload);
    }
  },
  data_version: (pipes) => pipes.reportAssetMaterialization({ dataVersion: "alpha-7" }),
  only_log: (pipes) => pipes.log.info("nothing to report"),
  checks(pipes) {
    pipes.reportAssetMaterialization();
    pipes.reportAssetCheck({ checkName: "passes", passed: true, metadata: { rows: 3 } });
    pipes.reportAssetCheck({ checkName: "fails", passed: false });
    pipes.reportAssetCheck({
      checkName: "warns",
      passed: false,
      severity: "WARN",
      metadata: { rows: 0 },
    });
    pipes.reportAssetCheck({ checkName: "would_warn", passed: true, severity: "WARN" });
  },
  one_check(pipes) {
    pipes.reportAssetCheck({
      checkName: "sound",
      passed: false,
      severity: "WARN",
      assetKey: "report",
    });
  },
  every_asset(pipes) {
    for (const [index, assetKey] of pipes.assetKeys.entries()) {
      pipes.reportAssetMaterialization({ assetKey, metadata: { index }, dataVersion: `v${index}` });
    }
  },
  by_parts(pipes) {
    pipes.reportAssetMaterialization({ assetKey: ["a/b", "c\\d"], metadata: { by: "parts" } });
    pipes.reportAssetMaterialization({ assetKey: "plain", metadata: { by: "string" } });
  },
  any_asset(pipes) {
    pipes.reportAssetMaterialization({ assetKey: ["any", "asset"], metadata: { rows: 1 } });
    pipes.reportAssetCheck({ checkName: "any_check", passed: true, assetKey: "other" });
  },
  check_of_each(pipes) {
    for (const assetKey of pipes.assetKeys) {
      pipes.reportAssetMaterialization({ assetKey });
      pipes.reportAssetCheck({ assetKey, checkName: "sound", passed: true });
    }
  },
  streams(pipes) {
    pipes.logExternalStream("stdout", "told to stdout\n");
    pipes.logExternalStream("stderr", "told to stderr\n");
  },
  unicode(pipes) {
    pipes.log.info(UNICODE);
    pipes.reportCustomMessage({ [UNICODE]: UNICODE });
    pipes.reportAssetMaterialization({ metadata: { [UNICODE]: UNICODE }, dataVersion: UNICODE });
  },
  lone_surrogate(pipes) {
    pipes.log.info("half \ud83d of a face");
    pipes.reportAssetMaterialization({ metadata: { text: "half \ude00" } });
  },
  printed_too(pipes) {
    console.log("plain output");
    console.log('{"json": "output"}');
    pipes.log.info("told to Dagster");
    console.error("plain error");
    pipes.reportAssetMaterialization({ metadata: { rows: 1 } });
  },
  long(pipes) {
    pipes.reportAssetMaterialization({ metadata: { long: "ä".repeat(50_000) } });
    pipes.log.info("after the long one");
  },
  many(pipes) {
    for (let index = 0; index < 2000; index++) pipes.reportCustomMessage(index);
    pipes.reportAssetMaterialization({ metadata: { count: 2000 } });
  },
};

await withDagsterPipes((pipes) => REPORTS[process.argv[2] ?? ""]?.(pipes));
