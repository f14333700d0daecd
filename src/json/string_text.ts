import { asciiJson } from "./ascii_json.ts";

export function stringText(text: string): string {
  return asciiJson(text.toWellFormed());
}
