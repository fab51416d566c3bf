// Pricing: what an order costs by the shop's own catalogue, or why it cannot be priced.
import {
  Amount,
  isCharged,
  minimumOf,
  type OrderLine,
  type PlaceOrderRequest,
  type Product,
  stepOf,
  totalOf,
} from "@order-saga/contracts";

/** What a price follows from. */
type Priced = Omit<PlaceOrderRequest, "contact">;

export type Pricing = { lines: OrderLine[] } | { refusal: Refusal };

export type Refusal =
  | { type: "unknown-sku"; lines: number[] }
  | { type: "currency-mismatch"; lines: number[] }
  | { type: "currency-not-supported" }
  | { type: "amount-too-small"; currency: string; minimum: number }
  | { type: "amount-not-chargeable"; currency: string }
  | { type: "amount-too-large" }
  | { type: "price-changed"; total: number };

/**
 * Prices the request from the products its SKUs name. The customer's own total counts for nothing but a
 * refusal.
 */
export function price(request: Priced, products: ReadonlyMap<string, Product>): Pricing {
  const { currency } = request;
  if (!isCharged(currency)) return { refusal: { type: "currency-not-supported" } };
  const unknown = indexesOf(request, (sku) => !products.has(sku));
  if (unknown.length > 0) return { refusal: { type: "unknown-sku", lines: unknown } };
  const foreign = indexesOf(request, (sku) => products.get(sku)?.currency !== currency);
  if (foreign.length > 0) return { refusal: { type: "currency-mismatch", lines: foreign } };
  const lines = request.lines.flatMap(({ sku, quantity }): OrderLine[] => {
    const product = products.get(sku);
    return product ? [{ sku, name: product.name, quantity, unitPrice: product.unitPrice }] : [];
  });
  const total = totalOf(lines);
  const refusal = uncharged(total, currency);
  if (refusal) return { refusal };
  if (request.expectedTotal !== undefined && request.expectedTotal !== total) {
    return { refusal: { type: "price-changed", total } };
  }
  return { lines };
}

/** Why no card can be charged this total. */
function uncharged(total: number, currency: string): Refusal | undefined {
  const minimum = minimumOf(currency);
  if (!Amount.safeParse(total).success) return { type: "amount-too-large" };
  if (total < minimum) return { type: "amount-too-small", currency, minimum };
  return total % stepOf(currency) === 0 ? undefined : { type: "amount-not-chargeable", currency };
}

function indexesOf(request: Priced, is: (sku: string) => boolean): number[] {
  return request.lines.flatMap(({ sku }, index) => (is(sku) ? [index] : []));
}
