import { MetadataValue, withDagsterPipes } from "@dagsterpipes/pipes";
import { readdir, readFile } from "node:fs/promises";
import * as vega from "vega";
import { compile } from "vega-lite";

interface Day {
  readonly day: string;
  readonly revenue: number;
}

async function readDays(): Promise<Day[]> {
  const names = (await readdir("data/daily")).sort();
  const texts = await Promise.all(names.map((name) => readFile(`data/daily/${name}`, "utf8")));
  return texts.map((text) => JSON.parse(text));
}

/** Fits a straight line by least squares; `r2` is the share of the variance that it explains. */
function fit(values: readonly number[]): { slope: number; start: number; r2: number } {
  const mean = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0) / numbers.length;
  const [x, y] = [(values.length - 1) / 2, mean(values)];
  const xx = mean(values.map((_, i) => (i - x) ** 2));
  const xy = mean(values.map((value, i) => (i - x) * (value - y)));
  const yy = mean(values.map((value) => (value - y) ** 2));
  const slope = xx === 0 ? 0 : xy / xx;
  return { slope, start: y - slope * x, r2: yy === 0 ? 1 : (slope * xy) / yy };
}

/** Draws a chart as SVG, without a browser. */
function draw(days: readonly Day[], line: (index: number) => number): Promise<string> {
  const values = days.map((day, index) => ({ ...day, trend: line(index) }));
  const x = { field: "day", type: "ordinal", title: null } as const;
  const { spec } = compile({
    data: { values },
    width: 480,
    height: 200,
    layer: [
      { mark: "bar", encoding: { x, y: { field: "revenue", type: "quantitative" } } },
      {
        mark: { type: "line", color: "firebrick" },
        encoding: { x, y: { field: "trend", type: "quantitative" } },
      },
    ],
  });
  return new vega.View(vega.parse(spec), { renderer: "none" }).toSVG();
}

await withDagsterPipes(async (pipes) => {
  const days = await readDays();
  const { slope, start, r2 } = fit(days.map(({ revenue }) => revenue));
  pipes.log.info(`Fitted ${days.length} days, R2 is ${r2.toFixed(3)}`);
  const svg = await draw(days, (index) => start + slope * index);

  pipes.reportAssetMaterialization({
    metadata: {
      days: days.length,
      slope: MetadataValue.float(slope),
      r2: MetadataValue.float(r2),
      next_day: MetadataValue.float(start + slope * days.length),
      plot: MetadataValue.image(svg, { alt: "plot" }),
    },
  });
  pipes.reportAssetCheck({ checkName: "enough_days", passed: days.length >= 3 });
  pipes.reportAssetCheck({ checkName: "fits", passed: r2 >= 0.5, severity: "WARN" });
});
