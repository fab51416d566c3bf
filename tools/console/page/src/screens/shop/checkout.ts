// What is in the basket as a bill and as an order; every sum is the contract's own.
import { billOf, totalOf } from "@order-saga/contracts/money";

type Product = { sku: string; name: string; unitPrice: number; currency: string };

/** Products that are not sold any more are left out. */
export function checkoutOf(basket: ReadonlyMap<string, number>, products: readonly Product[]) {
  const chosen = products.filter(({ sku }) => basket.has(sku));
  const lines = chosen.map(({ sku, name, unitPrice }) => ({
    sku,
    name,
    unitPrice,
    quantity: basket.get(sku) ?? 0,
  }));
  const expectedTotal = totalOf(lines);
  return {
    currency: chosen[0]?.currency ?? "EUR",
    bill: billOf(lines, expectedTotal),
    lines: lines.map(({ quantity, sku }) => ({ sku, quantity })),
    expectedTotal,
  };
}
