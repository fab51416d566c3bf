// Quotas of a customer's orders and mails on the laptop: off by default, and by a setting as on a stage.
import { randomUUID } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import { calm, startSaga } from "../src/testing/saga.ts";

test("beyond the quotas orders are 429 until the window has passed, and mails are withheld", {
  timeout: 90_000,
}, async () => {
  const settings = { ORDERS_PER_CUSTOMER: "6", MAILS_PER_CUSTOMER: "1", QUOTA_SECONDS: "600" };
  const saga = await startSaga(undefined, { ...calm, settings });
  onTestFinished(() => saga.stop());
  const contact = { email: "ada@example.com" };
  const row = { lines: [{ sku: "TEA-ASSAM", quantity: 1 }], paymentMethod: "pm_card_visa" };
  const send = (path: string, body: object, key: string, sub = "ada") =>
    saga.request("POST", path, {
      body: { contact, currency: "EUR", ...body },
      headers: { "idempotency-key": key },
      sub,
    });
  const place = (key: string = randomUUID(), sub?: string) => send("/orders", row, key, sub);
  const placeBulk = (key: string) => send("/bulk-orders", { orders: [row, row, row] }, key);
  const [key, bulk] = [randomUUID(), randomUUID()];

  const first = await place(key);
  expect([first.status, (await placeBulk(bulk)).status]).toEqual([202, 202]);
  expect([(await place(key)).body, (await placeBulk(bulk)).status]).toEqual([first.body, 202]);
  expect((await placeBulk(randomUUID())).status).toBe(429);
  const answers = await Promise.all(Array.from({ length: 12 }, () => place()));
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(2);
  const refused = answers.find(({ status }) => status === 429);
  expect(refused?.headers.get("content-type")).toBe("application/problem+json");
  expect(refused?.body).toMatchObject({ type: "quota-exceeded", status: 429 });
  const seconds = Number(refused?.headers.get("retry-after"));
  expect(seconds).toBeGreaterThan(500);
  expect((await place(undefined, "eve")).status).toBe(202);

  await saga.settled(String(first.body.orderId));
  await saga.idle();
  // One of ada's and one of eve's.
  expect(saga.runtime.aws.mailCount()).toBe(2);
  await saga.runtime.advanceClock(seconds * 1000);
  expect((await place()).status).toBe(202);
});
