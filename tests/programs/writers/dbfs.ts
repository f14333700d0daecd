import process from "node:process";
import { PipesDbfsMessageWriter } from "@dagsterpipes/pipes/databricks";

const writer: PipesDbfsMessageWriter = new PipesDbfsMessageWriter({
  mount: process.env.DBFS_MOUNT ?? "",
});
export default writer;
