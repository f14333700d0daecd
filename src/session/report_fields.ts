import { isRecord, kindOf } from "../json/kinds.ts";
import { DagsterPipesError } from "../errors.ts";
import { readArgument } from "../protocol/argument.ts";

/**
 * The fields of a report, each read just once, so that what is checked is what is written. A getter
 * or a proxy that throws becomes an error of this package.
 */
export function readReport<R extends object>(
  method: string,
  report: R,
  keys: readonly (keyof R & string)[],
): R {
  return readArgument(method, () => {
    if (!isRecord(report)) {
      throw new DagsterPipesError(
        "invalid_argument",
        `${method} takes an object, got ${kindOf(report)}`,
      );
    }
    const odd = Object.keys(report).find((key) => !keys.some((known) => known === key));
    if (odd !== undefined) {
      throw new DagsterPipesError(
        "invalid_argument",
        `${method} takes no ${JSON.stringify(odd)}: there is ${keys.join(", ")}`,
      );
    }
    const fields: Record<string, unknown> = {};
    for (const key of keys) {
      const value = report[key];
      fields[key] = Array.isArray(value) ? [...value] : value;
    }
    // The same fields under the same names.
    return fields as R;
  });
}
