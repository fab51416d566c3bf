// The README's pictures: shop, timeline and flow map, as they are; `PICTURES=1` writes them into docs/pictures.
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Saga, startSaga } from "../saga.ts";
import { connected, launchBrowser, openPage } from "./browser.ts";

const folder = fileURLToPath(new URL("../../../../docs/pictures/", import.meta.url));

let saga: Saga;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  [saga, browser] = await Promise.all([startSaga(), launchBrowser()]);
  await (await fetch(saga.runtime.url)).text();
  ({ page } = await openPage(browser));
});
afterAll(async () => {
  await browser.close();
  await saga.stop();
});

/** A picture of nothing would be small. */
async function picture(name: string, path: string, drawn: string): Promise<void> {
  await page.goto(saga.runtime.url + path);
  await connected(page);
  await page.locator(drawn).first().waitFor();
  const image = await page.screenshot();
  expect(image.length).toBeGreaterThan(30_000);
  if (process.env.PICTURES !== "1") return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}${name}.png`, image);
}

test("shop, timeline and flow map are drawn", async () => {
  await saga.settled(await saga.place({ sku: "TEA-ASSAM" }));
  await saga.settled(await saga.place({ paymentMethod: "pm_card_visa_chargeDeclined" }));
  const orderId = await saga.place({ sku: "POT-CAST-IRON" });
  await saga.settled(orderId);
  await saga.cancel(orderId);
  await saga.until(orderId, "StockReleased");
  await saga.idle();
  await picture("shop", "/console/shop", "[data-sku]");
  await picture("timeline", `/console/orders/${orderId}`, ".link.undoes");
  await picture("flow", "/", "[data-node]");
});
