import { asciiJson } from "./ascii_json.ts";
import { copyValue } from "./copy_value.ts";
import type { ValuePath } from "./path.ts";

export { floatText } from "./ascii_json.ts";

/** Returns the JSON text of any JavaScript value that JSON can hold exactly. */
export function jsonText(value: unknown, path: ValuePath): string {
  return asciiJson(copyValue(value, path));
}
