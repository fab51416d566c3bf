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

/** The sum of unit price times quantity, in minor units. */
export function totalOf(lines: readonly { quantity: number; unitPrice: number }[]): number {
  return lines.reduce((sum, line) => sum + line.quantity * line.unitPrice, 0);
}
