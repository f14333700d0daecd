import { PipesDefaultMessageWriter } from "@dagsterpipes/pipes";

const writer: PipesDefaultMessageWriter = new PipesDefaultMessageWriter();
export default writer;
