/**
 * Starts a shell script that reports by the command line: under the launcher or not.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import process from "node:process";

const main = new URL("../../../src/cli/main.ts", import.meta.url).pathname;
const cli = [process.execPath, "run", "-A", main];
const report = [...cli, "report", "materialization", "--metadata", "rows:int=3"].join(" ");

const [how = ""] = process.argv.slice(2);
// A script that does not look at the exit code of a command may fail without being noticed.
const script = ["sh", "-c", how === "unchecked" ? `${report}; true` : report];
const command = how === "supervised" ? [...cli, "supervise", "--", ...script] : script;
const { status } = spawnSync(command[0]!, command.slice(1), { stdio: "inherit" });
process.exit(status ?? 1);
