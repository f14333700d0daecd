/**
 * Looks at Dagster's UI with Chromium: what scripts report is there for people to see.
 *
 * With a folder in DAGSTERPIPES_SCREENSHOTS, the pictures of `docs/images` are made in it.
 *
 * @module
 */
import { assertEquals, assertMatch } from "@std/assert";
import type { Locator, Page } from "playwright-core";
import { ProjectCopy } from "../dagster_project/copy.ts";
import { Chromium } from "./browser/chromium.ts";
import { DagsterServer } from "./browser/dagster_server.ts";

const DAYS = [1, 2, 3, 4, 5, 6, 7].map((day) => `2026-01-0${day}`);

/** Makes a picture of a part of a page, or of an area of it, where one is asked for. */
async function picture(
  part: Locator | Page,
  name: string,
  clip?: { x: number; y: number; width: number; height: number },
): Promise<void> {
  const folder = Deno.env.get("DAGSTERPIPES_SCREENSHOTS");
  if (folder === undefined) return;
  const path = `${folder}/${name}.png`;
  await part.screenshot({ path, animations: "disabled", ...(clip && { clip }) });
}

/**
 * Opens the first full message of a filtered log, and gives the dialog that has a text.
 *
 * The list follows its filter a little later, and may take a dialog away that was opened meanwhile. Others (an error
 * of the UI's own) may stand beside it.
 */
async function fullMessage(page: Page, text: string): Promise<Locator> {
  const dialog = page.getByRole("dialog").filter({ hasText: text });
  for (let tries = 1;; tries++) {
    await page.getByText("View full message").first().click();
    try {
      // Still there after a while: the list has come to rest.
      await dialog.waitFor({ timeout: 15_000 });
      await page.waitForTimeout(500);
      if (await dialog.count() === 1) return dialog;
    } catch (error) {
      if (tries === 5) throw error;
    }
    if (tries === 5) {
      throw new Error(`No dialog with "${text}" stays: ${await page.innerText("body")}`);
    }
    await page.keyboard.press("Escape");
  }
}

Deno.test("Dagster's UI shows people what scripts report", async (t) => {
  using copy = await ProjectCopy.installed();
  await using server = await DagsterServer.start(copy);
  const ingest = await server.materialize(["orders"]);
  const days = await Promise.all(DAYS.map((day) => server.materialize(["daily_revenue"], day)));
  const forecast = await server.materialize(["forecast"]);
  const refunds = await server.materialize(["payments", "refunds"]);
  assertEquals(
    [ingest, ...days, forecast, refunds].map(({ status }) => status),
    [...Array(9).fill("SUCCESS"), "FAILURE"],
  );
  await using chromium = await Chromium.start(server.url);

  await t.step("markdown with a plot is a picture, behind Show Markdown", async () => {
    const page = await chromium.open("/assets/forecast", 1000, 800);
    await page.getByText("[Show Markdown]").click();
    const dialog = page.getByRole("dialog").filter({ has: page.locator("img[alt=plot]") });
    const plot = dialog.locator("img[alt=plot]");
    assertMatch(String(await plot.getAttribute("src")), /^data:image\/svg\+xml;base64,/);
    await page.waitForFunction("document.querySelector('img[alt=plot]').naturalWidth > 400");
    await picture(dialog, "plot");
  });

  await t.step("a table is a table, and a link is a link", async () => {
    const page = await chromium.open("/assets/orders", 1400, 1500);
    const link = page.getByRole("link", { name: "https://example.com/orders" });
    assertEquals(await link.getAttribute("href"), "https://example.com/orders");
    const tables = page.locator("table").filter({ hasText: "Edsger" });
    const table = tables.last();
    assertMatch(
      await table.innerText(),
      /^id\s+day\s+customer\s+product\s+price\s+1\s+2026-01-01\s+Grace\s+ink\s+7\.25\s/,
    );
    assertEquals(await table.locator("tbody tr").count(), 5);
    await picture(tables.first(), "metadata");
  });

  await t.step(
    "a failed run has the exception, its cause and its lines",
    async () => {
      const page = await chromium.open(`/runs/${refunds.id}`, 1100, 760);
      await page.getByText("RUN_FAILURE").waitFor();
      await page.getByPlaceholder("Filter…").fill("closed with exception");
      const dialog = await fullMessage(page, "Copy error");
      const text = await dialog.innerText();
      assertMatch(text, /The payment service sent no JSON\s+at parseRefund \(.*ts:9:11\)/);
      assertMatch(text, /caused by the following exception:\s+SyntaxError: Unexpected token/);
      assertMatch(text, /at parseRefund \(.*refunds\.ts:7:17\)/);
      await picture(dialog, "failure");
    },
  );

  await t.step("the log has the lineage of columns", async () => {
    const page = await chromium.open(`/runs/${days[0]!.id}`, 1100, 760);
    await page.getByText("RUN_SUCCESS").waitFor();
    await page.getByPlaceholder("Filter…").fill("type:ASSET_MATERIALIZATION");
    const dialog = await fullMessage(page, "[Show JSON]");
    await dialog.getByText("[Show JSON]").click();
    const lineage = page.getByRole("dialog").filter({ hasText: "columnDeps" });
    assertMatch(
      await lineage.innerText(),
      /"columnName": "revenue"[^]*"orders"[^]*"columnName": "price"/,
    );
  });

  await t.step("the log has each message at its level", async () => {
    const page = await chromium.open(`/runs/${ingest.id}`, 1100, 600);
    await page.getByText("RUN_SUCCESS").waitFor();
    // The UI keeps the choice of levels for the pages that come after.
    await page.getByText(/^Levels/).click();
    await page.getByText("debug", { exact: true }).click();
    await page.getByText("event", { exact: true }).click();
    await page.keyboard.press("Escape");
    await page.getByText("The threshold is 1").waitFor();
    const text = await page.locator("body").innerText();
    assertMatch(text, /\nINFO\s+Got 462 orders\n/);
    assertMatch(text, /\nDEBUG\s+The threshold is 1\n/);
    assertMatch(text, /\nWARNING\s+Dropped 116 orders below 1/);
    await picture(page, "log", { x: 240, y: 264, width: 860, height: 186 });
  });
});
