// Whatever the API accepts can be published: no accepted request leads to an event that breaks its contract.
import { CancelOrderRequest, PlaceOrderRequest, PutProductRequest, parseEvent } from "@order-saga/contracts";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { aMemoryShop, aRequest, mug, tea } from "./testing.ts";

/** Texts about the limits of every field, also beyond them. */
const text = fc
  .oneof(fc.nat(600), fc.constantFrom(0, 1, 199, 200, 201, 250, 499, 500, 501))
  .chain((length) => fc.constantFrom("a", "é", " ").map((letter) => letter.repeat(length)));

const expectPublishable = ({ said }: { said: readonly { type: string }[] }) => {
  for (const event of said)
    expect(parseEvent(event.type as "OrderPlaced", event)).toMatchObject({ success: true });
};

test("the longest reason for a cancellation that the API accepts is published", async () => {
  const shop = await aMemoryShop();
  const { body } = await shop.place();
  const reason = "a".repeat(500);
  expect(await shop.cancel(body.orderId, { body: { reason } })).toMatchObject({ status: 202 });
  expect(shop.types()).toContain("OrderCancelRequested");
  expectPublishable(shop);
});

test("every cancellation that the API accepts is published", async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.record({ reason: text }), fc.constant({})), async (body) => {
      const shop = await aMemoryShop();
      const placed = await shop.place();
      shop.forget();
      const answer = await shop.cancel(placed.body.orderId, { body });
      const isAccepted = CancelOrderRequest.safeParse(body).success;
      expect(answer.status).toBe(isAccepted ? 202 : 400);
      expect(shop.types().includes("OrderCancelRequested")).toBe(isAccepted);
      expectPublishable(shop);
    }),
    { numRuns: 60 },
  );
});

const order = fc.record({
  contact: fc.record({ email: fc.constantFrom("ada@example.com", "no address"), name: text }),
  currency: fc.constantFrom("EUR", "eur"),
  lines: fc.array(
    fc.record({ sku: fc.constantFrom(tea.sku, mug.sku), quantity: fc.constantFrom(0, 1, 998, 999, 1000) }),
    { maxLength: 51, size: "max" },
  ),
  paymentMethod: fc.constantFrom("pm_card_visa", `pm_${"a".repeat(250)}`, `pm_${"a".repeat(251)}`),
});

test("every order that the API accepts is published", async () => {
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        order,
        order.map((each) => ({ ...aRequest, lines: each.lines })),
      ),
      async (body) => {
        const shop = await aMemoryShop();
        const answer = await shop.place({ body });
        expect([202, 400, 422]).toContain(answer.status);
        if (!PlaceOrderRequest.safeParse(body).success) expect(answer.status).toBe(400);
        if (answer.status === 202) accepted++;
        expect(shop.types()).toEqual(answer.status === 202 ? ["OrderPlaced"] : []);
        expectPublishable(shop);
      },
    ),
    { numRuns: 200 },
  );
  expect(accepted).toBeGreaterThan(0);
});

test("an order of every product that the API accepts is published, or is too dear", async () => {
  const product = fc.record({
    name: text,
    unitPrice: fc.constantFrom(0, 1, 990, 99_999_999, 100_000_000),
    currency: fc.constantFrom("EUR", "eur"),
  });
  await fc.assert(
    fc.asyncProperty(product, fc.constantFrom(1, 2, 999), async (body, quantity) => {
      const shop = await aMemoryShop();
      const put = await shop.putProduct("NEW", body);
      expect(put.status).toBe(PutProductRequest.safeParse(body).success ? 200 : 400);
      const answer = await shop.place({ body: { ...aRequest, lines: [{ sku: "NEW", quantity }] } });
      expect(answer.status).not.toBe(500);
      expect(shop.types()).toEqual(answer.status === 202 ? ["OrderPlaced"] : []);
      expectPublishable(shop);
    }),
    { numRuns: 100 },
  );
});
