import { PipesUnityCatalogVolumesMessageWriter } from "@dagsterpipes/pipes/databricks";

const writer: PipesUnityCatalogVolumesMessageWriter = new PipesUnityCatalogVolumesMessageWriter();
export default writer;
