// The README's pictures; `PICTURES=1` writes them into docs/pictures.
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

test("a payment's ledger is drawn: parts given back, one of them pending, and a dispute", async () => {
  const orderId = await saga.place({
    sku: "TEA-DARJEELING",
    quantity: 3,
    paymentMethod: "pm_card_pendingRefund",
  });
  await saga.settled(orderId);
  const refund = (key: string, body: object) =>
    saga.request("POST", `/orders/${orderId}/refunds`, {
      body,
      headers: { "idempotency-key": key.repeat(16) },
    });
  const lines = [{ sku: "TEA-DARJEELING", quantity: 1, restock: true }];
  await refund("a", { lines, reason: "the tin was dented" });
  await saga.idle();
  await saga.runtime.advanceClock(3600_000);
  await saga.until(orderId, "RefundMade");
  await refund("b", { amount: 333, reason: "late" });
  const { payments } = saga.runtime.aws;
  const intentId = payments.intents().find(({ metadata }) => metadata.orderId === orderId)?.id ?? "";
  payments.byHand(intentId, { do: "dispute", amount: 1717, reason: "product_not_received" });
  await saga.until(orderId, "DisputeOpened");
  await saga.idle();
  await picture("money", `/console/orders/${orderId}`, "[data-ring]");
});
