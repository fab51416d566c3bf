// Writes an amount of minor units as a reader expects it, in the currency's own number of digits.

/** Making one takes longer than all the rest of a mail. */
const formats = new Map<string, Intl.NumberFormat>();

/** 1980 EUR is €19.80, 1980 JPY is ¥1,980. */
export function formatMoney(amount: number, currency: string): string {
  const format = formats.get(currency) ?? new Intl.NumberFormat("en", { style: "currency", currency });
  formats.set(currency, format);
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amount / 10 ** digits);
}
