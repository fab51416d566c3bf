// The basket's bill adds up to what the order expects to pay, also once the contract adds a fee to it.
import type * as Contract from "@order-saga/contracts/money";
import * as fc from "fast-check";
import { expect, test, vi } from "vitest";
import { checkoutOf } from "./checkout.ts";

const fee = vi.hoisted(() => ({ amount: 0 }));
vi.mock("@order-saga/contracts/money", async (original) => {
  const contract = await original<typeof Contract>();
  return { ...contract, totalOf: (lines: never[]) => contract.totalOf(lines) + fee.amount };
});

const products = fc.uniqueArray(
  fc.record({
    sku: fc.string({ minLength: 1, maxLength: 8 }),
    name: fc.constant("Tea"),
    unitPrice: fc.integer({ min: 0, max: 99_999 }),
    currency: fc.constantFrom("EUR", "JPY", "KWD"),
    quantity: fc.integer({ min: 1, max: 99 }),
  }),
  { selector: ({ sku }) => sku, minLength: 1, maxLength: 6 },
);

test.each([0, 495, -7])("with %i beside the lines, the rows sum to the expected total", (amount) => {
  fee.amount = amount;
  fc.assert(
    fc.property(products, (sold) => {
      const basket = new Map(sold.map(({ quantity, sku }) => [sku, quantity]));
      const { bill, expectedTotal } = checkoutOf(basket, sold);
      const sum = bill.rows.reduce((total, row) => total + row.amount, bill.beside);
      expect([sum, bill.beside]).toEqual([expectedTotal, amount]);
    }),
  );
});

test("what is not sold any more is neither billed nor ordered", () => {
  fee.amount = 0;
  const tea = { sku: "TEA", name: "Tea", unitPrice: 333, currency: "KWD" };
  const basket = new Map([
    ["TEA", 3],
    ["GONE", 1],
  ]);
  expect(checkoutOf(basket, [tea])).toMatchObject({
    currency: "KWD",
    expectedTotal: 999,
    lines: [{ sku: "TEA", quantity: 3 }],
  });
});
