// What a clerk fills in to give money back, as the request that it becomes; or what is wrong with it.
import type { RefundRequest } from "@order-saga/contracts";
import { decimalOf, minorDigitsOf, stepOf } from "@order-saga/contracts/currencies";
import { lineTotalOf } from "@order-saga/contracts/money";

export type RefundForm = {
  by: "amount" | "lines";
  /** As it is typed, such as `4.95`. */
  amount: string;
  /** By SKU: how many came back, and whether they go back on the shelf. */
  lines: ReadonlyMap<string, { quantity: number; restock: boolean }>;
  reason: string;
};

export const emptyForm: RefundForm = { by: "amount", amount: "", lines: new Map(), reason: "" };

type Sold = { currency: string; lines: readonly { sku: string; unitPrice: number; quantity: number }[] };

/** `amount` in minor units is what the shop's clerk confirms; the API works it out itself. */
export function refundOf(
  form: RefundForm,
  { currency, lines }: Sold,
  refundable: number,
): { body: RefundRequest; amount: number } | { problem: string } {
  const why = form.reason.trim() ? { reason: form.reason.trim() } : {};
  if (form.by === "amount") {
    const amount = minorUnits(form.amount, currency);
    if (amount === undefined || amount === 0)
      return { problem: `Type an amount of ${currency}, such as ${example(currency)}.` };
    if (amount % stepOf(currency) !== 0)
      return { problem: `${currency} is given back in steps of ${decimalOf(stepOf(currency), currency)}.` };
    return atMost(refundable, { body: { amount, ...why }, amount });
  }
  const chosen = [...form.lines].filter(([, { quantity }]) => quantity > 0);
  if (chosen.length === 0) return { problem: "Say of which lines how many came back." };
  const priceOf = (sku: string) => lines.find((line) => line.sku === sku)?.unitPrice ?? 0;
  const back = chosen.map(([sku, { quantity }]) => lineTotalOf({ quantity, unitPrice: priceOf(sku) }));
  const amount = back.reduce((sum, each) => sum + each, 0);
  return atMost(refundable, { body: { lines: chosen.map(([sku, of]) => ({ sku, ...of })), ...why }, amount });
}

function atMost<T extends { amount: number }>(refundable: number, refund: T): T | { problem: string } {
  return refund.amount > refundable ? { problem: "That is more than is left to give back." } : refund;
}

/** Undefined for what is no amount of the currency; a comma or a point before the minor units. */
export function minorUnits(text: string, currency: string): number | undefined {
  const digits = minorDigitsOf(currency);
  const fraction = digits === 0 ? "" : `(?:[.,](\\d{1,${digits}}))?`;
  const found = new RegExp(`^(\\d{1,9})${fraction}$`).exec(text.trim());
  if (!found) return undefined;
  return Number(`${found[1]}${(found[2] ?? "").padEnd(digits, "0")}`);
}

const example = (currency: string) => {
  const digits = minorDigitsOf(currency);
  return digits === 0 ? "495" : `4.${"95".padEnd(digits, "0").slice(0, digits)}`;
};
