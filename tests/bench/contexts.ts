/** The text of a context as Dagster writes it. */
export function contextText(extras = "{}"): string {
  return '{"asset_keys": null, "code_version_by_asset_key": null, "provenance_by_asset_key": null, ' +
    '"partition_key": null, "partition_key_range": null, "partition_time_window": null, ' +
    '"run_id": "0b7d8a3e-6c1f-4a52-9a34-5d8f0c2b7e91", "job_name": "nightly", "retry_number": 0, ' +
    `"extras": ${extras}}`;
}

/**
 * Extras of many megabytes: rows as a user's own code would pass them.
 *
 * @param megabytes How long the text is to be.
 * @param oddOnes Whether some numbers are ones that JSON.parse cannot read exactly, or at all.
 */
export function bigExtras(megabytes: number, oddOnes: boolean): string {
  const rows: string[] = [];
  let length = 0;
  while (length < megabytes * 1e6) {
    const i = rows.length;
    const odd = oddOnes && i % 50_000 === 7;
    const row = `{"id": ${
      odd ? "9007199254740993" : 1_000_000 + i
    }, "name": "customer ${i}", "score": ${
      odd ? "NaN" : i / 8
    }, "tags": ["new", "north"], "active": true}`;
    rows.push(row);
    length += row.length + 2;
  }
  return `{"rows": [${rows.join(", ")}]}`;
}
