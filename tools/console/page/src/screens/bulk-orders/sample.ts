// The body of a sample bulk; every row of it is an order that the API takes.
import type { StockRow } from "../../../../src/console-api.ts";

type Product = Pick<StockRow, "available" | "currency" | "sku">;

/** Products in turn, those that are sold out too; declined cards are spread evenly. */
export function sampleBulk(
  products: readonly Product[],
  { count, declinedPercent }: { count: number; declinedPercent: number },
) {
  const currency = products[0]?.currency ?? "EUR";
  const sold = products.filter((each) => each.currency === currency);
  return {
    contact: { email: "ada@example.com", name: "Ada" },
    currency,
    orders: Array.from({ length: count }, (_, row) => {
      const before = Math.floor((row * declinedPercent) / 100);
      const isDeclined = Math.floor(((row + 1) * declinedPercent) / 100) > before;
      return {
        reference: `row-${row + 1}`,
        lines: [{ sku: sold[row % sold.length]?.sku ?? "", quantity: 1 }],
        paymentMethod: isDeclined ? "pm_card_visa_chargeDeclined" : "pm_card_visa",
      };
    }),
  };
}
