// A stock feed beside orders for the same SKUs: the stock is the plain sum of its rows minus what was sold.
import { createStorefront } from "@order-saga/client";
import { scopes } from "@order-saga/contracts";
import { expect, onTestFinished, test } from "vitest";
import { startSaga } from "../src/testing/saga.ts";

const skus = ["TEA-EARL-GREY", "TEA-SENCHA"] as const;
const ROWS = 20_000;

test("20,000 rows beside orders of the same SKUs", async () => {
  const saga = await startSaga();
  onTestFinished(() => saga.stop());
  const claims = { sub: "supplier", scope: scopes.join(" "), expiresInSeconds: 3600 };
  const token = await saga.runtime.issuer.sign(claims);
  const shop = createStorefront({ baseUrl: saga.runtime.url, token: () => token });
  const before = await Promise.all(skus.map((sku) => shop.stock(sku)));
  const rows = Array.from({ length: ROWS }, (_, n) => ({
    sku: n % 2 === 0 ? skus[0] : skus[1],
    delta: (n % 7) - 1,
  }));
  const csv = rows.map(({ delta, sku }) => `${sku},${delta}\n`).join("");

  const feed = await shop.createStockFeed();
  await shop.uploadStockFeed(feed, new Blob([`sku,delta\n${csv}`]));
  const orders = await Promise.all(rows.slice(0, 20).map(({ sku }) => saga.place({ sku })));
  for (const orderId of orders) expect(await saga.settled(orderId)).toBe("CONFIRMED");
  const status = async () => (await shop.stockFeed(feed.feedId)).status;
  await expect.poll(status, { timeout: 20_000 }).toBe("IMPORTED");
  await saga.idle();

  expect(await shop.stockFeed(feed.feedId)).toMatchObject({ rows: ROWS, applied: ROWS, errors: [] });
  for (const [n, sku] of skus.entries()) {
    const sum = rows.reduce((total, row) => total + (row.sku === sku ? row.delta : 0), 0);
    const { available = 0, sold = 0 } = before[n] ?? {};
    expect(await shop.stock(sku)).toMatchObject({ available: available + sum - 10, sold: sold + 10 });
  }
});
