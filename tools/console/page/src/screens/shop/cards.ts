// The payment provider's own test methods that the laptop knows, by what they do.
export const cards: readonly { method: string; words: string }[] = [
  { method: "pm_card_visa", words: "Visa: is charged" },
  { method: "pm_card_threeDSecure2Required", words: "Visa: the bank asks the customer" },
  { method: "pm_card_visa_chargeDeclined", words: "Visa: declined" },
  { method: "pm_card_visa_chargeDeclinedInsufficientFunds", words: "Visa: insufficient funds" },
  {
    method: "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds",
    words: "Visa: the bank asks, then declines",
  },
  { method: "pm_card_chargeDeclinedExpiredCard", words: "Card: expired" },
  { method: "pm_card_captureFails", words: "Card: authorised, but the capture is refused" },
  { method: "pm_card_pendingRefund", words: "Card: charged, refunds take a while" },
  { method: "pm_card_refundFail", words: "Card: charged, refunds fail" },
  { method: "pm_card_createDispute", words: "Card: charged, then disputed" },
];
