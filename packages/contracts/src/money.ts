// Money is an integer of minor units (cents) with an ISO 4217 currency; it is never a float.
import * as z from "zod/mini";

/** At most eight digits: an amount that every currency's charge can carry (Stripe: twelve of its own). */
export const Amount = z
  .int()
  .check(
    z.gte(0),
    z.lte(99_999_999),
    z.describe("In minor units of the currency by ISO 4217, such as cents."),
  );
export type Amount = z.infer<typeof Amount>;

export const Currency = z
  .string()
  .check(z.regex(/^[A-Z]{3}$/, "must be an ISO 4217 code such as EUR"), z.describe("An ISO 4217 code."));
export type Currency = z.infer<typeof Currency>;

type Line = { quantity: number; unitPrice: number };

/** What one line costs, in minor units. */
export const lineTotalOf = ({ quantity, unitPrice }: Line): number => quantity * unitPrice;

/** What an order costs, in minor units. A fee beside the lines belongs here and nowhere else. */
export function totalOf(lines: readonly Line[]): number {
  return lines.reduce((sum, line) => sum + lineTotalOf(line), 0);
}

/**
 * An order's amount as a bill that adds up: each line, and what the amount has beside them. `beside` is 0
 * where there is no fee and no discount.
 */
export function billOf<L extends Line>(lines: readonly L[], amount: number) {
  const rows = lines.map((line) => ({ line, amount: lineTotalOf(line) }));
  return { rows, beside: rows.reduce((left, row) => left - row.amount, amount) };
}
