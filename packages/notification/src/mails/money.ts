// Writes an amount of minor units as a reader expects it.
import { moneyFormat } from "@order-saga/contracts";

/** Making one takes longer than all the rest of a mail. */
const formats = new Map<string, (amount: number) => string>();

/** 1980 EUR is €19.80, 1980 JPY is ¥1,980, 198000 HUF is HUF 1,980.00. */
export function formatMoney(amount: number, currency: string): string {
  const format = formats.get(currency) ?? moneyFormat("en", currency);
  formats.set(currency, format);
  return format(amount);
}
