// What a decline code of Stripe means to the customer (Stripe documentation, "Decline codes", "Error codes").
import type { DeclineReason } from "@order-saga/contracts";

const reasons: Readonly<Record<string, DeclineReason>> = {
  insufficient_funds: "insufficient_funds",
  card_velocity_exceeded: "insufficient_funds",
  withdrawal_count_limit_exceeded: "insufficient_funds",
  authentication_required: "authentication_failed",
  authentication_not_handled: "authentication_failed",
  mobile_device_authentication_required: "authentication_failed",
  payment_intent_authentication_failure: "authentication_failed",
  setup_intent_authentication_failure: "authentication_failed",
  // The customer's method was used up, or the hold on it is gone; not what the shop asked.
  charge_expired_for_capture: "card_declined",
  payment_intent_canceled: "card_declined",
  payment_method_not_available: "card_declined",
};

/** Refusals of the shop's request rather than of the card are the shop's own fault, unless listed above. */
export function reasonOf(code: string, isOfCard: boolean): DeclineReason {
  return reasons[code] ?? (isOfCard ? "card_declined" : "shop_error");
}
