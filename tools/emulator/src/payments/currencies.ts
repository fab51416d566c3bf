// Which amounts Stripe takes, in its own minor units. Source: docs.stripe.com/currencies, "Special cases" and
// "Minimum and maximum charge amounts".
import { isCharged, minimumOf, stepOf, toProviderAmount } from "@order-saga/contracts/currencies";
import { invalidRequest } from "./model.ts";

const MAXIMUM_AMOUNT = 99_999_999;

/** Throws what Stripe refuses of an amount that is to be charged. */
export function assertCharge(amount: number, currency: string): void {
  const code = currency.toUpperCase();
  if (!isCharged(code)) {
    const message = `Invalid currency: ${currency}. See https://docs.stripe.com/currencies.`;
    throw invalidRequest(undefined, message, "currency");
  }
  assertAmount(amount, currency, "amount");
  const minimum = toProviderAmount(minimumOf(code), code);
  if (amount < minimum) {
    const message = `Amount must be no less than ${minimum} in the smallest unit of ${currency}.`;
    throw invalidRequest("amount_too_small", message, "amount");
  }
  if (amount > MAXIMUM_AMOUNT) {
    throw invalidRequest("amount_too_large", "Amount must be no more than 999,999.99.", "amount");
  }
}

/** Throws for an amount that cannot be moved at all in the currency. */
export function assertAmount(amount: number, currency: string, param: string): void {
  if (!Number.isInteger(amount) || amount < 1) {
    const message = "This value must be greater than or equal to 1.";
    throw invalidRequest("parameter_invalid_integer", message, param);
  }
  const code = currency.toUpperCase();
  const step = toProviderAmount(stepOf(code), code);
  if (amount % step !== 0) {
    const message = `Invalid amount: in ${currency} it must be a multiple of ${step}.`;
    throw invalidRequest("invalid_charge_amount", message, param);
  }
}
