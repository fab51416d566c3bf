// The README's pictures: shop, timeline and flow map; `PICTURES=1` writes them into docs/pictures.
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ConsoleInBrowser, openConsole } from "./browser.ts";

const folder = fileURLToPath(new URL("../../../../docs/pictures/", import.meta.url));

let { close, open, page, saga } = {} as ConsoleInBrowser;
beforeAll(async () => {
  ({ close, open, page, saga } = await openConsole());
});
afterAll(() => close());

/** A picture of nothing would be small. */
async function picture(name: string, path: string, drawn: string): Promise<void> {
  await open(path);
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
