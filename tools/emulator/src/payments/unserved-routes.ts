// The routes that Stripe has for the resources served here, and the laptop has nothing behind.
import { invalidRequest } from "./model.ts";

export const unservedRoutes: ReadonlySet<string> = new Set([
  "GET payment_intents/id/amount_details_line_items",
  "POST payment_intents/id/apply_customer_balance",
  "POST payment_intents/id/increment_authorization",
  "POST payment_intents/id/verify_microdeposits",
  // A charge is its payment intent's, and is changed and captured by that.
  "POST charges",
  "POST charges/id",
  "POST charges/id/capture",
  "GET charges/search",
  "GET customers/search",
  "DELETE customers/id/discount",
  "GET customers/id/balance_transactions",
  "POST customers/id/balance_transactions",
  "GET customers/id/balance_transactions/id",
  "POST customers/id/balance_transactions/id",
  "GET customers/id/cash_balance",
  "POST customers/id/cash_balance",
  "GET customers/id/cash_balance_transactions",
  "GET customers/id/cash_balance_transactions/id",
  "POST customers/id/funding_instructions",
  "GET customers/id/payment_methods",
  "GET customers/id/payment_methods/id",
  "GET customers/id/sources",
  "POST customers/id/sources",
  "GET customers/id/sources/id",
  "POST customers/id/sources/id",
  "DELETE customers/id/sources/id",
  "POST customers/id/sources/id/verify",
  "GET customers/id/tax_ids",
  "POST customers/id/tax_ids",
  "GET customers/id/tax_ids/id",
  "DELETE customers/id/tax_ids/id",
  "POST payment_methods/id",
]);

export const unservedRoute = (key: string) =>
  invalidRequest(
    undefined,
    `${key.replace(" ", " /v1/")} is Stripe's, and not served by the laptop's provider.`,
  );
